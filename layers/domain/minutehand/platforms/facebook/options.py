"""The options of a post on Facebook, and their validation."""

from collections.abc import Mapping
from typing import Any

from minutehand.platforms.rulebook import is_web_url, quoted

TYPES = ("feed", "reel", "story")
MAX_TITLE_CHARACTERS = 255


def type_of(options: Mapping[str, Any]) -> str:
    """Return the type of the post: ``feed``, ``reel`` or ``story``."""
    return str(options.get("type", "feed"))


def problems(options: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each option whose value is invalid."""
    found = []
    kind, link, title = options.get("type"), options.get("link"), options.get("title")
    if kind is not None and kind not in TYPES:
        found.append(f"type is {quoted(kind)}; it must be one of {', '.join(TYPES)}.")
    if link is not None and not is_web_url(link):
        found.append(f"link is {quoted(link)}; it must be a URL that begins with http:// or https://.")
    if title is not None and not (isinstance(title, str) and len(title) <= MAX_TITLE_CHARACTERS):
        found.append(f"title is {quoted(title)}; it must be a string of at most {MAX_TITLE_CHARACTERS} characters.")
    return found
