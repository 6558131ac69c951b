"""The best known limit of each platform on a text and its media, for posts that only go to the sandbox."""

import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from minutehand.platforms.bluesky import rules as bluesky
from minutehand.platforms.catalog import display_name
from minutehand.platforms.mastodon import rules as mastodon
from minutehand.platforms.port import Content
from minutehand.platforms.text import graphemes, urls


class Limits(NamedTuple):
    """``length`` is how the platform counts."""

    max_length: int
    max_media: int
    length: Callable[[str], int] = len


_X_SINGLE_WEIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
_X_URL_LENGTH = 23


def x_length(text: str) -> int:
    """Count as X does (twitter-text, configuration 3): 2 for most scripts and for an emoji, 23 for an address."""
    text = unicodedata.normalize("NFC", text)
    length, end = 0, 0
    for url in urls(text):
        length += sum(map(_x_weight, text[end : url.start])) + _X_URL_LENGTH
        end = url.end
    return length + sum(map(_x_weight, text[end:]))


def _x_weight(character: str) -> int:
    return 1 if any(low <= ord(character) <= high for low, high in _X_SINGLE_WEIGHT) else 2


def _utf8_length(text: str) -> int:
    return len(text.encode())


def _utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


LIMITS = {
    "instagram": Limits(2_200, 10),
    "facebook": Limits(63_206, 10),
    "linkedin": Limits(3_000, 20),
    "x": Limits(280, 4, x_length),
    "tiktok": Limits(4_000, 35, _utf16_length),
    "youtube": Limits(5_000, 1, _utf8_length),
    "threads": Limits(500, 20, graphemes),
    "pinterest": Limits(800, 5),
}


def problems(platform: str, content: Content) -> list[str]:
    """Return a sentence for each limit of ``platform`` that ``content`` exceeds."""
    if platform == "bluesky":
        return bluesky.problems(content)
    if platform == "mastodon":
        return mastodon.problems(content, mastodon.Limits())
    limits, name = LIMITS[platform], display_name(platform)
    found = []
    if (length := limits.length(content.text)) > limits.max_length:
        found.append(f"The text counts {length} characters; {name} allows {limits.max_length}.")
    if (media := len(content.media_urls)) > limits.max_media:
        found.append(f"The post has {media} media files; {name} allows {limits.max_media}.")
    return found
