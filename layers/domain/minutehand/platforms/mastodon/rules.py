"""The rules for posts on Mastodon. Servers differ, so the limits come from the account's server (see `instance`)."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import partial
from typing import Self

import regex

from minutehand.platforms.addresses import find, url_tail_pattern
from minutehand.platforms.media_format import IMAGE_TYPES
from minutehand.platforms.port import Content, MediaInfo
from minutehand.platforms.rulebook import Rulebook, TextLength, quoted
from minutehand.platforms.text import count_graphemes

NAME = "this Mastodon server"

_WORD = r"\p{L}\p{M}\p{Nd}\p{Pc}"
# The quantifiers are possessive, because backtracking over a long sequence of letters would take too long.
_MENTION = regex.compile(
    rf"(?<![=/{_WORD}])@(?P<user>[a-z0-9_]++(?:[.-]++[a-z0-9_]++)*+)"
    rf"@[{_WORD}]++(?:[.-]++[{_WORD}]++)*+(?![@\uFF20]|://)",
    regex.I,
)
_REST = url_tail_pattern(
    r"[^\s<>()?]",
    path_end=r"[^\s()?!*\"'「」<>;:=,.$%\[\]~&|@]",
    query=r"[^\s\x00-\x20\"<>\\`{}\x7F-\xA0]",
    query_end=r"(?:[a-z0-9_&=#/-]|[^\s\x00-\xA0])",
)


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a server. The defaults are the limits that Mastodon documents."""

    max_characters: int = 500
    max_attachments: int = 4
    characters_per_url: int = 23
    max_image_bytes: int = 16 * 1024 * 1024
    max_video_bytes: int = 99 * 1024 * 1024
    max_video_pixels: int = 8_294_400
    max_description: int = 1_500

    @classmethod
    def from_mapping(cls, limits: Mapping[str, int]) -> Self:
        """Return the limits that `asdict` stored as ``limits``, with the defaults for missing limits."""
        known = {each.name for each in fields(cls)}
        return cls(**{name: value for name, value in limits.items() if name in known})


DEFAULTS = Limits()
UNLIMITED = Limits(sys.maxsize, sys.maxsize, 0, sys.maxsize, sys.maxsize, sys.maxsize, sys.maxsize)
"""The limits to assume for an unknown server, so that a post can break only the rules that all servers share."""
VISIBILITY = ("public", "unlisted", "private", "direct")


def rulebook_of(limits: Limits) -> Rulebook:
    """Return the rules of a server with ``limits``."""
    return Rulebook(
        name=NAME,
        options=("visibility", "spoilerText", "sensitive", "language"),
        text_lengths=partial(_text_lengths, limits),
        text=_text_problems,
        media=partial(_media_problems, limits),
        media_item=partial(_item_problems, limits),
        option_values=_option_problems,
        max_alt_characters=limits.max_description,
        replies="thread",
        inherited_options=("visibility", "spoilerText", "sensitive", "language"),
        for_server=lambda stored: rulebook_of(Limits.from_mapping(stored)),
        for_any_server=lambda: rulebook_of(UNLIMITED),
    )


def _text_lengths(limits: Limits, content: Content, media: Sequence[MediaInfo]) -> list[TextLength]:  # noqa: ARG001
    warning = content.options.get("spoilerText")
    counted = count_graphemes(warning) if isinstance(warning, str) else 0  # addresses count in full here
    return [TextLength(counted + countable_length(content.text, limits), limits.max_characters, "weighted")]


def _text_problems(content: Content) -> list[str]:
    return [] if content.text.strip() or content.media_urls else ["A post on Mastodon needs text, an image or a video."]


def _media_problems(limits: Limits, content: Content, media: Sequence[MediaInfo]) -> list[str]:
    found = []
    if (images := len(content.media_urls)) > limits.max_attachments:
        found.append(f"The post has {images} images; {NAME} allows {limits.max_attachments}.")
    if len(media) > 1 and any(item.is_video for item in media):
        found.append("A post on Mastodon can contain one video or several images, not both.")
    return found


def _item_problems(limits: Limits, number: int, item: MediaInfo, content: Content) -> list[str]:  # noqa: ARG001
    found = []
    if item.is_image and item.content_type not in IMAGE_TYPES:
        found.append(f"Image {number} has the type {item.content_type[:50]}; Mastodon accepts JPEG, PNG, GIF and WebP.")
    video = item.is_video
    limit, what = (limits.max_video_bytes, "The video") if video else (limits.max_image_bytes, f"Image {number}")
    if item.size_bytes is not None and item.size_bytes > limit:
        found.append(f"{what} has {item.size_bytes:,} bytes; {NAME} allows {limit:,}.")
    if video and (item.width or 0) * (item.height or 0) > limits.max_video_pixels:
        found.append(
            f"The video has {item.width} x {item.height} pixels; {NAME} allows {limits.max_video_pixels:,} in total."
        )
    return found


def _option_problems(content: Content) -> list[str]:
    found, options = [], content.options
    if options.get("visibility", VISIBILITY[0]) not in VISIBILITY:
        found.append(f"visibility is {quoted(options['visibility'])}; it must be one of {', '.join(VISIBILITY)}.")
    if not isinstance(options.get("spoilerText", ""), str):
        found.append(f"spoilerText is {quoted(options['spoilerText'])}; it must be a string.")
    if not isinstance(options.get("sensitive", False), bool):
        found.append(f"sensitive is {quoted(options['sensitive'])}; it must be true or false.")
    language = options.get("language", "en")
    if not (isinstance(language, str) and regex.fullmatch(r"[a-z]{2,3}(-[A-Za-z]{2,4})?", language)):
        found.append(f"language is {quoted(language)}; it must be an ISO 639 code such as en.")
    return found


def countable_length(text: str, limits: Limits) -> int:
    """Return the length of ``text`` in graphemes, as Mastodon counts it.

    Every address counts as `Limits.characters_per_url` characters. Only the part ``@user`` of ``@user@server`` counts.
    """
    found = [(address.start, address.end, "x" * limits.characters_per_url) for address in find(text, _REST)]
    found += [(*mention.span(), f"@{mention['user']}") for mention in _MENTION.finditer(text)]
    pieces, end = [], 0
    for start, behind, counted in sorted(found):
        if start >= end:  # skips a mention inside an address
            pieces += [text[end:start], counted]
            end = behind
    return count_graphemes("".join([*pieces, text[end:]]))


rulebook = rulebook_of(DEFAULTS)
