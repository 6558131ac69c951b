"""Warnings in the responses to requests that succeed."""

from typing import NotRequired, TypedDict

from minutehand.platforms.catalog import PlatformKey
from minutehand.runtime.response_types import Timestamp, Uuid


class OtherPost(TypedDict):
    """Another post of the same owner that a warning concerns, with its time."""

    postId: Uuid
    scheduledAt: Timestamp


class ApiWarning(TypedDict):
    """A problem that did not make the call fail."""

    field: str
    """The path of the field that the warning concerns."""
    code: str
    """A stable code, which programs can compare."""
    message: str
    """A sentence for people."""
    platform: NotRequired[PlatformKey]
    """The platform, if the warning concerns only one."""
    otherPost: NotRequired[OtherPost]
    """The other post, if the warning compares two posts."""
