"""Resources that the authorizer uses for API tokens (see `minutehand.runtime.function`)."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from minutehand.runtime.authentication import AuthenticationConfig
    from minutehand.runtime.function import Function
    from minutehand.tokens.authentication import TokenAuthentication


def open_token_authentication(function: "Function[AuthenticationConfig]") -> "TokenAuthentication":
    """Return the authentication with API tokens. It opens the database at its first look-up."""
    from minutehand.tokens.authentication import TokenAuthentication

    return TokenAuthentication(lambda: function.db, function.now)
