"""The rules for posts on Mastodon. Servers differ, so the limits come from the account's server (see `instance`)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from functools import lru_cache, partial
from typing import Self

import regex

from minutehand.platforms.addresses import find, url_tail_pattern
from minutehand.platforms.content import Content, MediaInfo
from minutehand.platforms.media_format import IMAGE_TYPE_NAMES, IMAGE_TYPES
from minutehand.platforms.options import choice, pattern, switch, text
from minutehand.platforms.rulebook import MediaLimits, Rulebook, TextLength, is_video
from minutehand.platforms.text import count_graphemes

NAME = "this Mastodon server"
MAX_IMAGE_BYTES = 16 * 1024 * 1024
"""The maximum size of an image that Minutehand uploads. The upload holds the image in memory."""
MAX_VIDEO_BYTES = 99 * 1024 * 1024
"""The maximum size of a video that Minutehand uploads. The upload is one call, which must finish within the attempt."""
MAX_ATTACHMENTS = 4
"""The documented maximum number of media items."""
CHARACTERS_PER_URL = 23
"""The documented length of every URL in characters, regardless of its actual length."""

_WORD = r"\p{L}\p{M}\p{Nd}\p{Pc}"
# The quantifiers are possessive, because backtracking over a long sequence of letters takes too long.
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
    """The limits that a server publishes. If a limit is None, the server does not publish it."""

    max_characters: int | None = None
    max_attachments: int | None = None
    characters_per_url: int | None = None
    max_image_bytes: int | None = None
    max_video_bytes: int | None = None
    max_video_pixels: int | None = None
    max_description: int | None = None

    @classmethod
    def from_mapping(cls, limits: Mapping[str, int]) -> Self:
        """Create an object from ``limits``, a mapping that `published` returned. Unknown names are ignored."""
        known = {each.name for each in fields(cls)}
        return cls(**{name: value for name, value in limits.items() if name in known})

    def published(self) -> Mapping[str, int]:
        """Return the limits that the server publishes, keyed by name."""
        return {name: value for name, value in asdict(self).items() if value is not None}


DOCUMENTED = Limits(500, MAX_ATTACHMENTS, CHARACTERS_PER_URL, MAX_IMAGE_BYTES, MAX_VIDEO_BYTES, 8_294_400, 1_500)
"""The limits that Mastodon documents. They apply to posts of owners without a Mastodon connection."""
UNKNOWN = Limits()
VISIBILITY = ("public", "unlisted", "private", "direct")
OPTIONS = {
    "visibility": choice(*VISIBILITY, description="Who can see the post."),
    "spoilerText": text("The content warning that is shown before the text."),
    "sensitive": switch("Whether the media are hidden until a reader chooses to show them."),
    "language": pattern(
        "The language of the text, such as en or pt-BR.",
        lambda value: regex.fullmatch(r"[a-z]{2,3}(-[A-Za-z]{2,4})?", value) is not None,
        "a language code such as en or pt-BR",
        pattern="^[a-z]{2,3}(-[A-Za-z]{2,4})?$",
    ),
}


def rulebook_of(limits: Limits, name: str = NAME) -> Rulebook:
    """Return the rules of a server with ``limits``. In messages, ``name`` stands for the server."""
    return Rulebook(
        name=name,
        options=OPTIONS,
        text_lengths=partial(_text_lengths, limits),
        text=_text_problems,
        media=partial(_media_problems, limits, name),
        media_item=partial(_item_problems, limits, name),
        needs_size=is_video,
        media_limits=MediaLimits(
            max_images=limits.max_attachments or MAX_ATTACHMENTS,
            max_videos=1,
            image_types=IMAGE_TYPES,
            video_types=None,
            max_image_bytes=MAX_IMAGE_BYTES,
            max_video_bytes=MAX_VIDEO_BYTES,
        ),
        max_alt_characters=limits.max_description,
        replies="thread",
        inherited_options=tuple(OPTIONS),
        for_server=lambda stored: rulebook_of(Limits.from_mapping(stored)),
        for_any_server=lambda: rulebook_of(UNKNOWN),
    )


def _text_lengths(limits: Limits, content: Content, media: Sequence[MediaInfo]) -> list[TextLength]:  # noqa: ARG001
    warning = content.options.get("spoilerText")
    counted = _count_once(warning) if isinstance(warning, str) else 0  # an address in a content warning counts in full
    length = counted + countable_length(content.text, limits)
    return [TextLength(length, limits.max_characters, "graphemes", url_length=limits.characters_per_url)]


def _text_problems(content: Content) -> list[str]:
    return [] if content.text.strip() or content.media_urls else ["A post on Mastodon needs text, an image or a video."]


def _media_problems(limits: Limits, name: str, content: Content, media: Sequence[MediaInfo]) -> list[str]:
    found = []
    if limits.max_attachments is not None and (items := len(content.media_urls)) > limits.max_attachments:
        found.append(f"The post has {items} media items; {name} allows {limits.max_attachments}.")
    if len(media) > 1 and any(item.is_video for item in media):
        found.append("A post on Mastodon can contain one video or several images, not both.")
    return found


def _item_problems(limits: Limits, name: str, number: int, item: MediaInfo, content: Content) -> list[str]:  # noqa: ARG001
    found = []
    if item.is_image and item.content_type not in IMAGE_TYPES:
        found.append(f"Image {number} has the type {item.content_type[:50]}; Mastodon accepts {IMAGE_TYPE_NAMES}.")
    if item.is_video:
        found += _size_problems("The video", item.size_bytes, limits.max_video_bytes, MAX_VIDEO_BYTES, name)
        pixels = (item.width or 0) * (item.height or 0)
        if limits.max_video_pixels is not None and pixels > limits.max_video_pixels:
            size = f"{item.width} x {item.height}"
            found.append(f"The video has {size} pixels; {name} allows {limits.max_video_pixels:,} in total.")
    else:
        found += _size_problems(f"Image {number}", item.size_bytes, limits.max_image_bytes, MAX_IMAGE_BYTES, name)
    return found


def _size_problems(what: str, size: int | None, limit: int | None, own_limit: int, name: str) -> list[str]:
    """Compare ``size`` with the ``limit`` of the server and with Minutehand's ``own_limit``. Report the lower limit."""
    if size is None:
        return []
    if limit is not None and size > limit and limit <= own_limit:
        return [f"{what} has {size:,} bytes; {name} allows {limit:,}."]
    return [f"{what} has {size:,} bytes; Minutehand uploads up to {own_limit:,}."] if size > own_limit else []


def countable_length(text: str, limits: Limits) -> int:
    """Return the length of ``text`` in graphemes, as Mastodon counts it.

    Every address counts as `Limits.characters_per_url` characters. Only the part ``@user`` of ``@user@server`` is
    counted. If the server does not publish `Limits.characters_per_url`, it may also count all characters of an address.
    In that case, the shorter of the two lengths is used.
    """
    if limits.characters_per_url is None:
        return _measure(text, shortest=True)[0]
    graphemes, urls = _measure(text)
    return graphemes + urls * (limits.characters_per_url - 1)


@lru_cache(maxsize=4)
def _measure(text: str, *, shortest: bool = False) -> tuple[int, int]:
    """Return the number of graphemes and the number of addresses in ``text``.

    By default, an address counts as one grapheme. If ``shortest`` is true, an address counts in full, but at most as
    `CHARACTERS_PER_URL` characters. The result is cached, because it is the same for all servers.
    """
    placeholder = "x" * (CHARACTERS_PER_URL if shortest else 1)
    found = [(url.start, url.end, min(url.text, placeholder, key=len), 1) for url in find(text, _REST)]
    found += [(*mention.span(), f"@{mention['user']}", 0) for mention in _MENTION.finditer(text)]
    pieces, end, urls = [], 0, 0
    for start, behind, counted, is_url in sorted(found):
        if start >= end:  # skips a mention inside an address
            pieces += [text[end:start], counted]
            end, urls = behind, urls + is_url
    return count_graphemes("".join([*pieces, text[end:]])), urls


_count_once = lru_cache(maxsize=4)(count_graphemes)
"""`count_graphemes` with a cache, because the parts of a post usually have the same content warning."""

rulebook = rulebook_of(DOCUMENTED, "Mastodon")
