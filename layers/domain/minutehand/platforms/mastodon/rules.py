"""What a Mastodon server accepts. Servers differ, so the numbers come from the server (see `instance`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import regex

from minutehand.platforms.port import Content, MediaInfo
from minutehand.platforms.text import graphemes, urls

_MENTION = regex.compile(
    r"(?<![\p{L}\p{N}_/@])@([a-z0-9_]+(?:[a-z0-9_.-]+[a-z0-9_]+)?)@[\p{L}\p{N}.-]+[\p{L}\p{N}]", regex.I
)


@dataclass(frozen=True, slots=True)
class Limits:
    """A server's limits; the defaults are those that Mastodon documents."""

    max_characters: int = 500
    max_attachments: int = 4
    characters_per_url: int = 23
    max_image_bytes: int = 16 * 1024 * 1024
    max_video_bytes: int = 99 * 1024 * 1024
    max_description: int = 1_500


VISIBILITY = ("public", "unlisted", "private", "direct")


def problems(content: Content, limits: Limits, media: Sequence[MediaInfo] = ()) -> list[str]:
    """Return a sentence for each rule that ``content`` breaks."""
    found = everywhere(content, media)
    warning = content.options.get("spoilerText")
    counted = countable_length(warning, limits) if isinstance(warning, str) else 0
    if (length := counted + countable_length(content.text, limits)) > limits.max_characters:
        found.append(f"The text counts {length} characters; this Mastodon server allows {limits.max_characters}.")
    if (images := len(content.media_urls)) > limits.max_attachments:
        found.append(f"The post has {images} images; this Mastodon server allows {limits.max_attachments}.")
    found += [
        f"An alternative text has {len(alt)} characters; this Mastodon server allows {limits.max_description}."
        for alt in (content.alt_texts.get(url, "") for url in content.media_urls)
        if len(alt) > limits.max_description
    ]
    found += [
        f"The video has {medium.size_bytes:,} bytes; this Mastodon server allows {limits.max_video_bytes:,}."
        for medium in media
        if medium.is_video and medium.size_bytes is not None and medium.size_bytes > limits.max_video_bytes
    ]
    return found


def everywhere(content: Content, media: Sequence[MediaInfo] = ()) -> list[str]:
    """Return a sentence for each rule that ``content`` breaks on every server."""
    found = _option_problems(content.options)
    if len(media) > 1 and any(medium.is_video for medium in media):
        found.append("A post on Mastodon takes one video, or images, not both.")
    return found


def _option_problems(options: Mapping[str, Any]) -> list[str]:
    found = []
    if options.get("visibility", VISIBILITY[0]) not in VISIBILITY:
        found.append(f"visibility is {_shown(options['visibility'])}; Mastodon knows {', '.join(VISIBILITY)}.")
    if not isinstance(options.get("spoilerText", ""), str):
        found.append(f"spoilerText is {_shown(options['spoilerText'])}; give a text.")
    if not isinstance(options.get("sensitive", False), bool):
        found.append(f"sensitive is {_shown(options['sensitive'])}; give true or false.")
    language = options.get("language", "en")
    if not (isinstance(language, str) and regex.fullmatch(r"[a-z]{2,3}(-[A-Za-z]{2,4})?", language)):
        found.append(f"language is {_shown(language)}; give an ISO 639 code such as en.")
    return found


def _shown(value: object) -> str:
    return repr(value)[:60]


def countable_length(text: str, limits: Limits) -> int:
    """Count as Mastodon does: graphemes; an address always as much; of ``@user@server`` only ``@user``."""
    pieces, end = [], 0
    for url in urls(text):
        pieces += [without_servers(text[end : url.start]), "x" * limits.characters_per_url]
        end = url.end
    pieces.append(without_servers(text[end:]))
    return graphemes("".join(pieces))


def without_servers(text: str) -> str:
    """Return ``text`` with ``@user`` for each ``@user@server``."""
    return _MENTION.sub(r"@\1", text)
