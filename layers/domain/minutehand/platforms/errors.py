"""The errors of calls to platforms, which `port` also exports for the adapters."""

from datetime import datetime

_SENTENCE_ENDINGS = (".", "!", "?", "…", "。")
"""The characters that may end a sentence. A reason may end with a platform's message, in any language."""


class PublishError(Exception):
    """The base class of errors in calls to platforms and in the preparation of these calls. ``reason`` is for people,
    and ``code`` is for programs.
    """

    def __init__(self, code: str, reason: str) -> None:
        """Create an error. ``reason`` must not contain a token, a header or a raw response. A missing full stop is
        added.
        """
        self.code = code
        self.reason = reason if reason.endswith(_SENTENCE_ENDINGS) else f"{reason}."
        super().__init__(f"{code}: {self.reason}")


class Transient(PublishError):
    """An error that is worth retrying. If the publish call itself raises this error, the post was not published."""


class Contested(Transient):
    """A matching post may belong to another publish call on the account. The publisher reconciles again later, when the
    outcome of that call may be known.
    """


class ServiceUnavailable(Transient):
    """The token cannot be decrypted or refreshed now. The publisher treats this error like a transient error before the
    publish call, even if the platform has refused the publish call because of an expired token.
    """

    def __init__(self, code: str, reason: str, *, until: datetime) -> None:
        """Create an error. ``until``: the earliest time at which a retry can succeed, aware UTC."""
        super().__init__(code, reason)
        self.until = until


class RateLimited(PublishError):
    """The platform refused the call because of a rate limit. The call does not count as an attempt."""

    def __init__(self, code: str, reason: str, *, until: datetime) -> None:
        """Create an error. ``until``: the earliest time of a retry, aware UTC."""
        super().__init__(code, reason)
        self.until = until


class TokenExpired(PublishError):
    """The platform refused the call because of an expired access token. Retry immediately with a new token."""


class Rejected(PublishError):
    """A permanent error, which is not worth retrying."""


class PermissionMissing(Rejected):
    """The account's owner has not granted a permission that the call needs. The token itself is valid."""


class Discarded(Rejected):
    """The platform accepted the post and later reported a failure. No other error makes an accepted post fail."""


class InDoubt(PublishError):
    """The publish call was made, and its outcome is unknown."""


class Withdrawn(Exception):
    """The attempt may not continue, for example because the post was cancelled. Stop, and change nothing.

    See `Attempt.save` and `Attempt.arm` for the reasons.
    """
