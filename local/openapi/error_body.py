"""The types of the body of an error, for the OpenAPI document. `minutehand.runtime.api_function` renders it."""

from typing import Any, Literal, NotRequired, TypedDict

from minutehand.operations.health import Checks
from minutehand.platforms.catalog import PlatformKey
from minutehand.runtime.response_types import Uuid


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
    platform: NotRequired[PlatformKey]
    """The platform that would refuse the post."""
    code: NotRequired[str]
    """A stable code of the problem."""
    limit: NotRequired[int]
    """The limit that is reached."""
    present: NotRequired[int]
    """The current number of objects or bytes that count towards the limit."""
    windowSeconds: NotRequired[int]
    """The length of the window of a rate limit."""
    posts: NotRequired[list[Uuid]]
    """The ids of the posts that use the media item."""


class Error(TypedDict):
    """The body of an error in JSON."""

    success: Literal[False]
    error: str
    """A sentence for people."""
    code: str
    """A stable code, which programs can compare."""
    details: list[Detail]
    """The problems of the request, or an empty list if `error` and `code` describe the only problem."""
    requestId: str
    """The id of the request, which is also in the log and in the header `x-request-id`."""
    checks: NotRequired[Checks]
    """The results of the health checks. This field is present only if `code` is `unhealthy`."""
