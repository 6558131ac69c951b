"""Opens the authentication with API tokens for the authorizer; see `minutehand.runtime.function`."""

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from minutehand.runtime.authentication import AuthenticationConfig
    from minutehand.runtime.function import Function
    from minutehand.tokens.authentication import ApiToken, TokenAuthentication


def open_token_authentication(function: "Function[AuthenticationConfig]") -> "TokenAuthentication":
    """Return the authentication with API tokens. The first look-up imports psycopg and opens the database."""
    from minutehand.tokens.authentication import TokenAuthentication

    def look_up(secret_hash: bytes, now: datetime) -> "ApiToken | None":
        from minutehand.tokens.look_up import find_token

        return find_token(function.db, secret_hash, now=now)

    return TokenAuthentication(look_up, function.now)
