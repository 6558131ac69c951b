"""What can go wrong for a caller. A class's docstring is the sentence that people see when no other is given."""

from collections.abc import Mapping, Sequence
from typing import ClassVar


class DomainError(Exception):
    """Something about this request is not possible."""

    status: ClassVar[int] = 400
    default_code: ClassVar[str] = "bad_request"

    def __init__(
        self,
        message: str | None = None,
        *,
        code: str | None = None,
        details: Sequence[Mapping[str, object]] = (),
        fields: Mapping[str, object] | None = None,
    ) -> None:
        """Take a sentence for people, a stable ``code`` for programs, and ``details`` (one mapping per problem).

        ``fields`` stand in the answer beside these.
        """
        self.message = message or (type(self).__doc__ or "").strip().splitlines()[0]
        self.code = code or self.default_code
        self.details = list(details)
        self.fields = dict(fields or {})
        super().__init__(self.message)


class InvalidInput(DomainError):
    """The request is not valid."""

    default_code = "invalid_input"


class Unauthenticated(DomainError):
    """Say who you are: the request carries no identity."""

    status = 401
    default_code = "unauthenticated"


class Forbidden(DomainError):
    """You are not allowed to do this."""

    status = 403
    default_code = "forbidden"


class NotFound(DomainError):
    """There is no such thing, or it is not yours."""

    status = 404
    default_code = "not_found"


class Conflict(DomainError):
    """This is not possible in its present state."""

    status = 409
    default_code = "conflict"


class Gone(DomainError):
    """This was there, and has had its time."""

    status = 410
    default_code = "gone"


class TooLarge(DomainError):
    """The request is too large."""

    status = 413
    default_code = "too_large"


class UnsupportedMediaType(DomainError):
    """Send the body as application/json."""

    status = 415
    default_code = "unsupported_media_type"


class Unprocessable(DomainError):
    """The request contradicts an earlier one."""

    status = 422
    default_code = "unprocessable"


class TooManyRequests(DomainError):
    """Too many requests: try again later."""

    status = 429
    default_code = "too_many_requests"


class Unavailable(DomainError):
    """This is not available at the moment: try again later."""

    status = 503
    default_code = "unavailable"


class DatabaseUnavailable(DomainError):
    """The database is unavailable. Your request is valid: try again soon."""

    status = 500
    default_code = "database_unavailable"


class InternalError(DomainError):
    """An internal error occurred. Try again; if this persists, report the requestId."""

    status = 500
    default_code = "internal_error"
