"""The options of a post on Facebook: its type, link card and title."""

from collections.abc import Mapping
from typing import Any

from minutehand.platforms.options import WEB_URL, address, choice, pattern
from minutehand.platforms.rulebook import is_web_url

TYPES = ("feed", "reel", "story")
MAX_TITLE_CHARACTERS = 255


def type_of(options: Mapping[str, Any]) -> str:
    """Return the type of the post: ``feed``, ``reel`` or ``story``."""
    return str(options.get("type", "feed"))


OPTIONS = {
    "type": choice(*TYPES, description="The kind of post."),
    "link": address(
        "The URL of the page that is shown as a card. Allowed only if the post has no media.", is_web_url, WEB_URL
    ),
    "title": pattern(
        "The title of a reel, or of a video in the feed.",
        lambda value: len(value) <= MAX_TITLE_CHARACTERS,
        f"a string of at most {MAX_TITLE_CHARACTERS} characters",
        maxLength=MAX_TITLE_CHARACTERS,
    ),
}
