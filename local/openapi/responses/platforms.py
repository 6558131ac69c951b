"""The response of the call about platforms."""

from typing import Any, Literal, TypedDict

from local.openapi.responses.common import Platform, Success
from minutehand.platforms.rulebook import Unit


class TextLimit(TypedDict):
    """A limit on the length of a text."""

    unit: Unit
    limit: int
    urlLength: int | None
    """The length that each URL counts as, or null if its characters are counted."""


class MediaRules(TypedDict):
    """The limits on the media items of a usual post."""

    required: bool
    """Whether a post needs an image or a video."""
    maxItems: int
    maxImages: int
    maxVideos: int
    mixed: bool
    """Whether a post may contain images and videos."""
    imageTypes: list[str]
    videoTypes: list[str] | None
    """The accepted MIME types, or null if any type is accepted."""
    maxImageBytes: int | None
    maxVideoBytes: int | None


class OptionsSchema(TypedDict):
    """The JSON Schema of the options of a platform."""

    type: Literal["object"]
    properties: dict[str, dict[str, Any]]
    """The JSON Schema of each option. If it contains `x-choices`, the values depend on the account."""
    required: list[str]


class PlatformRules(TypedDict):
    """The rules of one platform."""

    name: str
    connectedBy: Literal["credentials", "consent"]
    unconnected: Literal["sandbox", "reject"]
    """What becomes of a post if the owner has not connected an account."""
    text: list[TextLimit]
    """The limits that apply together, the best known one first."""
    replies: Literal["thread", "comment", "none"]
    media: MediaRules
    maxAltCharacters: int | None
    options: OptionsSchema


class ListPlatformsResponse(Success):
    """The rules of each platform."""

    platforms: dict[Platform, PlatformRules]
