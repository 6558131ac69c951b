"""The sections of docs/platforms.md."""

import re

from local.settings import ROOT
from minutehand.platforms.catalog import DISPLAY_NAMES

PAGE = (ROOT / "docs" / "platforms.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))


def overview() -> dict[str, tuple[str, str]]:
    """Return the name of each platform in the table, and how accounts are connected, keyed by the platform's key."""
    rows = re.findall(r"^\| \[([^]]+)\]\(#\w+\)[^|]* \| `(\w+)` \| ([^|]+) \|", PAGE, re.MULTILINE)
    return {key: (name, connected) for name, key, connected in rows}


def section(platform: str) -> str:
    """Return the text of a platform's section."""
    return str(SECTIONS[DISPLAY_NAMES[platform]])


def media_types(platform: str, heading: str) -> set[str]:
    """Return the names of the types after the heading ``Images`` or ``Video``, such as ``MP4``. The set contains the
    word ``any`` if the platform accepts any type, and nothing if the platform accepts no such media items.
    """
    listed = re.search(rf"^\* \*\*{heading}\*\*[^:]*: (.+?), (?:up to|\d)", section(platform), re.MULTILINE)
    return set(re.findall(r"\w+", listed[1])) if listed else set()


def has_minimum_duration(platform: str) -> bool:
    """Return whether the section states the minimum duration of every video, such as in ``3 to 900 seconds long``."""
    pattern = r"^\* \*\*Video\*\*[^:]*:[^*]+? [\d.]+ (?:seconds )?to \d+ (?:seconds|minutes) long"
    return re.search(pattern, section(platform), re.MULTILINE) is not None


def has_alt_texts(platform: str) -> bool:
    """Return whether the section describes alternative texts, instead of stating that they are not supported."""
    sentence = re.search(r"\*\*Alt texts\*\*[^:]*: ([^.]+)\.", section(platform))
    return sentence is not None and sentence[1] != "not supported"
