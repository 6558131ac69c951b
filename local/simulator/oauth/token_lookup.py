"""Looks up the access token of a call among the issued tokens."""

from starlette.requests import Request

from local.simulator.oauth.tokens import Issued, Tokens


def static_token(request: Request, platform: str, token: str) -> str:
    """Return the static token of the account to which ``token`` belongs (see `Tokens.static_token`).

    Raises:
        InvalidToken: the token was issued but is expired, revoked or deleted, or belongs to another platform.
    """
    return _tokens(request).static_token(platform, token)


def issued_token(request: Request, platform: str, token: str) -> Issued | None:
    """Return the record of ``token``, or None for a static token.

    Raises:
        InvalidToken: see `static_token`.
    """
    return _tokens(request).find(platform, token)


def _tokens(request: Request) -> Tokens:
    tokens: Tokens = request.app.state.tokens
    return tokens
