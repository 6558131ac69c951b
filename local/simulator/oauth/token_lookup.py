"""From the access token of a call to the account that it belongs to."""

from starlette.requests import Request

from local.simulator.oauth.tokens import Issued, Tokens


def stand_in(request: Request, platform: str, token: str) -> str:
    """Return the made-up token that names the account of ``token`` (see `Tokens.stand_in`).

    Raises:
        Dead: it was issued, and is expired, revoked or of another platform.
    """
    return _tokens(request).stand_in(platform, token)


def issued(request: Request, platform: str, token: str) -> Issued | None:
    """Return what is known of ``token``; None when it is made up.

    Raises:
        Dead: as `stand_in`.
    """
    return _tokens(request).look(platform, token)


def _tokens(request: Request) -> Tokens:
    tokens: Tokens = request.app.state.tokens
    return tokens
