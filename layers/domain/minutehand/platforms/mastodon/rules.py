"""What a Mastodon server accepts. Servers differ, so the numbers come from the server (see `instance`)."""

from dataclasses import dataclass

import regex

from minutehand.platforms.port import Content
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


def problems(content: Content, limits: Limits) -> list[str]:
    """Return a sentence for each rule that ``content`` breaks."""
    found = []
    if (length := countable_length(content.text, limits)) > limits.max_characters:
        found.append(f"The text counts {length} characters; this Mastodon server allows {limits.max_characters}.")
    if (images := len(content.media_urls)) > limits.max_attachments:
        found.append(f"The post has {images} images; this Mastodon server allows {limits.max_attachments}.")
    return found


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
