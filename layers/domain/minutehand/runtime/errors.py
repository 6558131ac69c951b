"""The errors of the API. The docstring of a class is its default message to users."""

from collections.abc import Mapping, Sequence
from typing import ClassVar


class DomainError(Exception):
    """The request cannot be carried out."""

    status: ClassVar[int] = 400
    default_code: ClassVar[str] = "bad_request"

    def __init__(
        self,
        message: str | None = None,
        *,
        code: str | None = None,
        details: Sequence[Mapping[str, object]] = (),
        fields: Mapping[str, object] | None = None,
        retry_after: int | None = None,
    ) -> None:
        """Create an error. ``message``: a sentence for people. ``code``: a stable identifier for programs.

        ``details``: one entry for each problem. ``fields``: further fields of the response. ``retry_after``: the number
        of seconds after which the request may succeed, for the header Retry-After.
        """
        self.message = message or (type(self).__doc__ or "").strip().splitlines()[0]
        self.code = code or self.default_code
        self.details = list(details)
        self.fields = dict(fields or {})
        self.retry_after = retry_after
        super().__init__(self.message)


class InvalidInput(DomainError):
    """The request is not valid."""

    default_code = "invalid_input"


class Unauthenticated(DomainError):
    """Authentication required."""

    status = 401
    default_code = "unauthenticated"


class Forbidden(DomainError):
    """You do not have permission to make this request."""

    status = 403
    default_code = "forbidden"


class NotFound(DomainError):
    """The requested object does not exist, or belongs to another owner."""

    status = 404
    default_code = "not_found"


class Conflict(DomainError):
    """The current state of the object does not allow this request."""

    status = 409
    default_code = "conflict"


class Gone(DomainError):
    """The requested object has expired."""

    status = 410
    default_code = "gone"


class TooLarge(DomainError):
    """The request is too large."""

    status = 413
    default_code = "too_large"


class UnsupportedMediaType(DomainError):
    """Content-Type must be application/json."""

    status = 415
    default_code = "unsupported_media_type"


class Unprocessable(DomainError):
    """The request conflicts with an earlier request."""

    status = 422
    default_code = "unprocessable"


class TooManyRequests(DomainError):
    """Too many requests. Try again later."""

    status = 429
    default_code = "too_many_requests"


class Unavailable(DomainError):
    """The service is temporarily unavailable. Try again later."""

    status = 503
    default_code = "unavailable"


class DatabaseUnavailable(DomainError):
    """The database is temporarily unavailable. Send the same request again soon."""

    status = 500
    default_code = "database_unavailable"


class InternalError(DomainError):
    """An internal error occurred. Try again. If the error persists, report the requestId to the operator."""

    status = 500
    default_code = "internal_error"
