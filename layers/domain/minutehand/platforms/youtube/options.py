"""The options of a YouTube video, and the video resource that is built from them."""

from collections.abc import Mapping
from typing import Any

from minutehand.platforms.content import Content

PEOPLE_AND_BLOGS = "22"
DEFAULT_PRIVACY = "public"
MAX_TITLE_CHARACTERS = 100


def title_of(content: Content) -> str:
    """Return the option ``title``, or else the first line of the text, truncated to the maximum length."""
    given = content.options.get("title")
    if isinstance(given, str) and given.strip():
        return given.strip()
    first = content.text.strip().partition("\n")[0].strip()
    return first if len(first) <= MAX_TITLE_CHARACTERS else first[: MAX_TITLE_CHARACTERS - 1].rstrip() + "…"


def resource(content: Content) -> dict[str, Any]:
    """Return the ``snippet`` and the ``status`` of the video resource."""
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
    """Return the option ``notifySubscribers``, which is true by default."""
    return options.get("notifySubscribers", True) is not False


def permalink(video_id: str, options: Mapping[str, Any]) -> str:
    """Return the public address of the video."""
    path = "shorts/" if options.get("short") is True else "watch?v="
    return f"https://www.youtube.com/{path}{video_id}"
