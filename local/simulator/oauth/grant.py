"""What an account has allowed the app, and the no of a token endpoint."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Grant:
    """One "Allow". ``offline``: the app may go on without the person, where the platform makes that a choice."""

    id: str
    platform: str
    account: str
    scopes: tuple[str, ...]
    offline: bool = False


class OAuthError(Exception):
    """A token endpoint refuses. ``kind`` as in RFC 6749, section 5.2; ``what`` was wrong: code, refresh_token, ..."""

    def __init__(self, code: str, subject: str, description: str) -> None:
        self.code, self.subject, self.description = code, subject, description
        super().__init__(description)


class InvalidToken(Exception):
    """An access token that was issued and is not accepted. ``reason``: expired, revoked or unknown."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)
