"""Describe the rules of the platforms to clients. The descriptions are derived from the rulebooks."""

from collections.abc import Mapping
from typing import Any, Literal, TypedDict, cast

from minutehand.platforms.catalog import PLATFORMS, Platform, PlatformKey
from minutehand.platforms.content import Content
from minutehand.platforms.options import schema_of
from minutehand.platforms.rulebook import MediaLimits, Rulebook, Unit, rulebook_for

type ConnectedBy = Literal["credentials", "consent", "either"]

CONNECTED_BY: Mapping[str, ConnectedBy] = {"operator": "consent", "server": "either", "none": "credentials"}
"""How accounts are connected, keyed by `Platform.oauth_client`."""


class TextLimit(TypedDict):
    """A limit on the length of a text."""

    unit: Unit
    limit: int
    urlLength: int | None
    """The number of characters that each URL counts as, or null if the characters of each URL are counted."""


class MediaRules(TypedDict):
    """The limits on the media items of a post. Special posts, such as stories, may have stricter limits."""

    required: bool
    """Whether a post needs an image or a video."""
    maxItems: int
    maxImages: int
    maxVideos: int
    mixed: bool
    """Whether a post may contain both images and videos."""
    imageTypes: list[str]
    videoTypes: list[str] | None
    """The accepted MIME types, or null if every recognised video type is accepted."""
    maxImageBytes: int | None
    maxVideoBytes: int | None


class OptionsSchema(TypedDict):
    """The JSON Schema of the options of a platform."""

    type: Literal["object"]
    properties: dict[str, dict[str, Any]]
    """The JSON Schema of each option. If it contains `x-choices`, the values depend on the account."""
    required: list[str]


class PlatformRules(TypedDict):
    """The appearance and the rules of one platform."""

    name: str
    monogram: str
    """One or two letters that stand for the platform where its name does not fit."""
    color: str
    """The colour of the monogram's tile, such as `#1565c0`. White text on it is readable."""
    homeUrl: str | None
    """The URL of the home page of the platform's website, or null if each server has its own website."""
    connectedBy: ConnectedBy
    """How accounts are connected: with credentials, by consent on the platform's page, or in either way."""
    unconnected: Literal["sandbox", "reject"]
    """The treatment of a post if the owner has not connected an account on the platform."""
    text: list[TextLimit]
    """The limits on the text, all of which apply. The best-known limit comes first."""
    replies: Literal["thread", "comment", "none"]
    media: MediaRules
    maxAltCharacters: int | None
    options: OptionsSchema


class PlatformList(TypedDict):
    """The rules of each platform."""

    platforms: dict[PlatformKey, PlatformRules]


def described(unconnected: Literal["sandbox", "reject"]) -> dict[PlatformKey, PlatformRules]:
    """Return the description of each platform, keyed by the platform's key.

    ``unconnected``: the treatment of posts for platforms without a connection, ``sandbox`` or ``reject``.
    """
    return {key: _described(platform, rulebook_for(key), unconnected) for key, platform in PLATFORMS.items()}


def _described(platform: Platform, book: Rulebook, unconnected: Literal["sandbox", "reject"]) -> PlatformRules:
    return {
        "name": platform.name,
        "monogram": platform.monogram,
        "color": platform.color,
        "homeUrl": platform.website.home_url,
        "connectedBy": CONNECTED_BY[platform.oauth_client],
        "unconnected": unconnected,
        "text": [
            {"unit": length.unit, "limit": length.limit, "urlLength": length.url_length}
            for length in book.text_lengths(Content(""), ())
            if length.limit is not None
        ],
        "replies": book.replies,
        "media": _media(book.media_limits),
        "maxAltCharacters": book.max_alt_characters,
        "options": cast("OptionsSchema", schema_of(book.options)),
    }


def _media(limits: MediaLimits) -> MediaRules:
    return {
        "required": limits.required,
        "maxItems": limits.max_items,
        "maxImages": limits.max_images,
        "maxVideos": limits.max_videos,
        "mixed": limits.mixed,
        "imageTypes": sorted(limits.image_types),
        "videoTypes": None if limits.video_types is None else sorted(limits.video_types),
        "maxImageBytes": limits.max_image_bytes,
        "maxVideoBytes": limits.max_video_bytes,
    }
