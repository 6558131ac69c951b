"""Grants, the errors that token endpoints return, and the error for an invalid access token."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Grant:
    """The permissions that an account has granted to the app with the id ``client``. ``offline``: whether the app
    receives a refresh token.
    """

    id: str
    platform: str
    account: str
    scopes: tuple[str, ...]
    offline: bool = False
    client: str = ""


class OAuthError(Exception):
    """The request is rejected. ``code`` is the error code of the response (RFC 6749, section 5.2). ``subject`` is the
    invalid parameter and, for an authorization code, also the reason, as in ``code:expired``.
    """

    def __init__(self, code: str, subject: str, description: str) -> None:
        self.code, self.subject, self.description = code, subject, description
        super().__init__(description)


class InvalidToken(Exception):
    """A token has the form of an issued access token, but is not valid. ``reason``: expired, revoked or unknown."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)
