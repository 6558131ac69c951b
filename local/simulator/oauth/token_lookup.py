"""From the access token of a call to the account that it belongs to."""

from starlette.requests import Request

from local.simulator.oauth.tokens import Issued, Tokens


def static_token(request: Request, platform: str, token: str) -> str:
    """Return the made-up token that names the account of ``token`` (see `Tokens.static_token`).

    Raises:
        InvalidToken: it was issued, and is expired, revoked or of another platform.
    """
    return _tokens(request).static_token(platform, token)


def issued_token(request: Request, platform: str, token: str) -> Issued | None:
    """Return what is known of ``token``; None when it is made up.

    Raises:
        InvalidToken: as `stand_in`.
    """
    return _tokens(request).find(platform, token)


def _tokens(request: Request) -> Tokens:
    tokens: Tokens = request.app.state.tokens
    return tokens
