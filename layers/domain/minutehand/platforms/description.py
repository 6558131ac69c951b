"""Describes the rules of the platforms for clients, from the rulebooks."""

from typing import Any

from minutehand.platforms.catalog import PLATFORMS, Platform
from minutehand.platforms.options import schema_of
from minutehand.platforms.port import Content
from minutehand.platforms.rulebook import MediaLimits, Rulebook, rulebook_for


def described(unconnected: str) -> dict[str, dict[str, Any]]:
    """Return the description of each platform, keyed by the platform's key.

    ``unconnected``: what becomes of posts for platforms without a connection, ``sandbox`` or ``reject``.
    """
    return {
        key: _described(platform, rulebook_for(key)) | {"unconnected": unconnected}
        for key, platform in PLATFORMS.items()
    }


def _described(platform: Platform, book: Rulebook) -> dict[str, Any]:
    return {
        "name": platform.name,
        "connectedBy": "consent" if platform.oauth else "credentials",
        "text": [
            {"unit": length.unit, "limit": length.limit, "urlLength": book.url_length}
            for length in book.text_lengths(Content(""), ())
        ],
        "replies": book.replies,
        "media": _media(book.media_limits),
        "maxAltCharacters": book.max_alt_characters,
        "options": schema_of(book.options),
    }


def _media(limits: MediaLimits) -> dict[str, Any]:
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
