"""What a Mastodon server accepts. Servers differ, so the numbers come from the server (see `instance`)."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import partial
from typing import Self

import regex

from minutehand.platforms.addresses import find, rest_of_address
from minutehand.platforms.media_format import IMAGE_TYPES
from minutehand.platforms.port import Content, MediaInfo
from minutehand.platforms.rulebook import Count, Rulebook, shown
from minutehand.platforms.text import graphemes

NAME = "this Mastodon server"

_WORD = r"\p{L}\p{M}\p{Nd}\p{Pc}"
# Each part takes all it can and gives nothing back: else a row of letters would be divided in every way there is.
_MENTION = regex.compile(
    rf"(?<![=/{_WORD}])@(?P<user>[a-z0-9_]++(?:[.-]++[a-z0-9_]++)*+)"
    rf"@[{_WORD}]++(?:[.-]++[{_WORD}]++)*+(?![@\uFF20]|://)",
    regex.I,
)
_REST = rest_of_address(
    r"[^\s<>()?]",
    path_end=r"[^\s()?!*\"'「」<>;:=,.$%\[\]~&|@]",
    query=r"[^\s\x00-\x20\"<>\\`{}\x7F-\xA0]",
    query_end=r"(?:[a-z0-9_&=#/-]|[^\s\x00-\xA0])",
)


@dataclass(frozen=True, slots=True)
class Limits:
    """A server's limits; the defaults are those that Mastodon documents."""

    max_characters: int = 500
    max_attachments: int = 4
    characters_per_url: int = 23
    max_image_bytes: int = 16 * 1024 * 1024
    max_video_bytes: int = 99 * 1024 * 1024
    max_video_pixels: int = 8_294_400
    max_description: int = 1_500

    @classmethod
    def kept(cls, limits: Mapping[str, int]) -> Self:
        """Return what `asdict` made a mapping of; limits that are not in it are the defaults."""
        known = {each.name for each in fields(cls)}
        return cls(**{name: value for name, value in limits.items() if name in known})


DEFAULTS = Limits()
BOUNDLESS = Limits(sys.maxsize, sys.maxsize, 0, sys.maxsize, sys.maxsize, sys.maxsize, sys.maxsize)
"""Of a server whose limits are not known: what breaks a rule all the same, breaks it everywhere."""
VISIBILITY = ("public", "unlisted", "private", "direct")


def problems(content: Content, limits: Limits, media: Sequence[MediaInfo] = ()) -> list[str]:
    """Return a sentence for each rule that ``content`` breaks."""
    return rulebook_of(limits).problems(content, media)


def everywhere(content: Content, media: Sequence[MediaInfo] = ()) -> list[str]:
    """Return a sentence for each rule that ``content`` breaks on every server."""
    return rulebook_of(BOUNDLESS).problems(content, media)


def rulebook_of(limits: Limits) -> Rulebook:
    """Return the rules of a server with these limits."""
    return Rulebook(
        name=NAME,
        options=("visibility", "spoilerText", "sensitive", "language"),
        counts=partial(_counts, limits),
        text=_text_problems,
        media=partial(_media_problems, limits),
        each=partial(_medium_problems, limits),
        choices=_option_problems,
        max_alt=limits.max_description,
        replies="thread",
        carried_on=("visibility", "spoilerText", "sensitive", "language"),
        adapted=lambda kept: rulebook_of(Limits.kept(kept)),
        everywhere=lambda: rulebook_of(BOUNDLESS),
    )


def _counts(limits: Limits, content: Content, media: Sequence[MediaInfo]) -> list[Count]:  # noqa: ARG001
    warning = content.options.get("spoilerText")
    counted = graphemes(warning) if isinstance(warning, str) else 0  # as it stands, with its addresses in full
    return [Count(counted + countable_length(content.text, limits), limits.max_characters, "weighted")]


def _text_problems(content: Content) -> list[str]:
    return (
        [] if content.text.strip() or content.media_urls else ["A post on Mastodon needs a text, an image or a video."]
    )


def _media_problems(limits: Limits, content: Content, media: Sequence[MediaInfo]) -> list[str]:
    found = []
    if (images := len(content.media_urls)) > limits.max_attachments:
        found.append(f"The post has {images} images; {NAME} allows {limits.max_attachments}.")
    if len(media) > 1 and any(medium.is_video for medium in media):
        found.append("A post on Mastodon takes one video, or images, not both.")
    return found


def _medium_problems(limits: Limits, number: int, medium: MediaInfo, content: Content) -> list[str]:  # noqa: ARG001
    found = []
    if medium.is_image and medium.content_type not in IMAGE_TYPES:
        found.append(
            f"Image {number} is of the type {medium.content_type[:50]}; Mastodon takes JPEG, PNG, GIF or WebP."
        )
    video = medium.is_video
    most, what = (limits.max_video_bytes, "The video") if video else (limits.max_image_bytes, f"Image {number}")
    if medium.size_bytes is not None and medium.size_bytes > most:
        found.append(f"{what} has {medium.size_bytes:,} bytes; {NAME} allows {most:,}.")
    if video and (medium.width or 0) * (medium.height or 0) > limits.max_video_pixels:
        found.append(
            f"The video is {medium.width} x {medium.height}; {NAME} allows {limits.max_video_pixels:,} pixels."
        )
    return found


def _option_problems(content: Content) -> list[str]:
    found, options = [], content.options
    if options.get("visibility", VISIBILITY[0]) not in VISIBILITY:
        found.append(f"visibility is {shown(options['visibility'])}; Mastodon knows {', '.join(VISIBILITY)}.")
    if not isinstance(options.get("spoilerText", ""), str):
        found.append(f"spoilerText is {shown(options['spoilerText'])}; give a text.")
    if not isinstance(options.get("sensitive", False), bool):
        found.append(f"sensitive is {shown(options['sensitive'])}; give true or false.")
    language = options.get("language", "en")
    if not (isinstance(language, str) and regex.fullmatch(r"[a-z]{2,3}(-[A-Za-z]{2,4})?", language)):
        found.append(f"language is {shown(language)}; give an ISO 639 code such as en.")
    return found


def countable_length(text: str, limits: Limits) -> int:
    """Count as Mastodon's servers do: graphemes; an address always as much; of ``@user@server`` only ``@user``."""
    found = [(address.start, address.end, "x" * limits.characters_per_url) for address in find(text, _REST)]
    found += [(*mention.span(), f"@{mention['user']}") for mention in _MENTION.finditer(text)]
    pieces, end = [], 0
    for start, behind, counted in sorted(found):
        if start >= end:  # what looks like a mention in an address is none
            pieces += [text[end:start], counted]
            end = behind
    return graphemes("".join([*pieces, text[end:]]))


rulebook = rulebook_of(DEFAULTS)
