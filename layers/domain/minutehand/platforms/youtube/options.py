"""What the author chose for YouTube, and the video resource that it makes."""

from collections.abc import Mapping
from typing import Any

from minutehand.platforms.port import Content

PEOPLE_AND_BLOGS = "22"
DEFAULT_PRIVACY = "public"
MAX_TITLE = 100


def title_of(content: Content) -> str:
    """Return the option ``title``, or else the first line of the text, cut to what fits."""
    given = content.options.get("title")
    if isinstance(given, str) and given.strip():
        return given.strip()
    first = content.text.strip().partition("\n")[0].strip()
    return first if len(first) <= MAX_TITLE else first[: MAX_TITLE - 1].rstrip() + "…"


def resource(content: Content) -> dict[str, Any]:
    """Return ``snippet`` and ``status`` of the video."""
    options = content.options
    snippet: dict[str, Any] = {
        "title": title_of(content),
        "description": content.text,
        "categoryId": options.get("categoryId", PEOPLE_AND_BLOGS),
    }
    if options.get("tags"):
        snippet["tags"] = list(options["tags"])
    status: dict[str, Any] = {
        "privacyStatus": options.get("privacy", DEFAULT_PRIVACY),
        "selfDeclaredMadeForKids": options.get("madeForKids", False),
    }
    if "syntheticMedia" in options:
        status["containsSyntheticMedia"] = options["syntheticMedia"]
    return {"snippet": snippet, "status": status}


def notifies(options: Mapping[str, Any]) -> bool:
    """Say whether subscribers are told, as they are unless the author wants otherwise."""
    return options.get("notifySubscribers", True) is not False


def permalink(video_id: str, options: Mapping[str, Any]) -> str:
    """Return where people find the video."""
    place = "shorts/" if options.get("short") is True else "watch?v="
    return f"https://www.youtube.com/{place}{video_id}"
