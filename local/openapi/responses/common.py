"""The parts that responses of several features have."""

from typing import Any, Literal, NotRequired, TypedDict
from uuid import UUID

from minutehand.posts.fields import Platform

__all__ = ["Platform"]


class Success(TypedDict):
    """The field that every successful response has."""

    success: Literal[True]


class Confirmation(Success):
    """A confirmation in words."""

    message: str
    """A sentence for people."""


class Warning(TypedDict):
    """A problem that did not prevent the call."""

    field: str
    """The path of the field that the warning concerns."""
    code: str
    """A stable word for programs."""
    message: str
    """A sentence for people."""
    platform: NotRequired[Platform]
    """The platform, if the warning concerns only one."""


class Pagination(TypedDict):
    """The position of a page in its list."""

    take: int
    """The maximum number of entries that the request asked for."""
    count: int
    """The number of entries on this page."""
    nextCursor: str | None
    """The `cursor` of the next page, or null on the last page."""


class Detail(TypedDict):
    """One problem of a request, with further fields for some codes."""

    field: NotRequired[str]
    """The path of the field, such as `variants.x.mediaUrls[0]`."""
    message: NotRequired[str]
    """A sentence for people."""
    given: NotRequired[Any]
    """The given value, which may be shortened."""
    allowed: NotRequired[Any]
    """The allowed value or values."""
    platform: NotRequired[Platform]
    """The platform that would refuse the post."""
    code: NotRequired[str]
    """The kind of problem that the platform has with the post."""
    limit: NotRequired[int]
    """The limit that is reached."""
    present: NotRequired[int]
    """The current number of things or bytes that the limit concerns."""
    windowSeconds: NotRequired[int]
    """The length of the window of a rate limit."""
    posts: NotRequired[list[UUID]]
    """The ids of the posts that use the media item."""


class Check(TypedDict):
    """The result of one check."""

    ok: bool
    message: str
    """A sentence for people."""


class Checks(TypedDict):
    """The result of each check of the queue."""

    database: Check
    queue: Check
    rule: Check
    lastTick: Check
    apiVersions: Check


class Error(TypedDict):
    """The body of every error."""

    success: Literal[False]
    error: str
    """A sentence for people."""
    code: str
    """A stable word for programs."""
    details: list[Detail]
    """The problems, each with the path of its field."""
    requestId: str
    """The id of the request, which is also in the log and in the header `x-request-id`."""
    checks: NotRequired[Checks]
    """The checks, only if the code is `unhealthy`."""
