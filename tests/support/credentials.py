"""The credentials with which an account is connected on each platform without consent."""

from tests.support.expected import expected_of


def credentials_for(platform: str, server: str, account: str = "demo", *, secret: str | None = None) -> dict[str, str]:
    """Return the fields of ``POST connections`` for an account on ``server``, with a password or a token.

    ``secret`` is by default the token with which the simulator recognises ``account``.
    """
    secret = secret or f"{account}-token"
    credentials = expected_of(platform).credentials
    assert credentials is not None
    return {"platform": platform, **credentials(server, account, secret)}
