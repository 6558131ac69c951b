"""The request bodies that create pins, and the comparison that finds a pin on a board."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from minutehand.platforms.identifiers import identifier
from minutehand.platforms.moments import iso_time
from minutehand.platforms.port import Content

CLOCK_SKEW = timedelta(seconds=30)


def of_images(content: Content) -> dict[str, Any]:
    """Return the request body for a pin with one or more images, which Pinterest fetches from their URLs."""
    urls = content.media_urls
    if len(urls) == 1:
        return _pin(content, {"source_type": "image_url", "url": urls[0]})
    return _pin(content, {"source_type": "multiple_image_urls", "items": [{"url": url} for url in urls], "index": 0})


def of_video(content: Content, media_id: str, cover_url: str | None) -> dict[str, Any]:
    """Return the request body for a pin with an uploaded video. The cover is an image or a frame of the video."""
    source: dict[str, Any] = {"source_type": "video_id", "media_id": media_id}
    if cover_url:
        source["cover_image_url"] = cover_url
    else:
        source["cover_image_key_frame_time"] = content.options.get("coverKeyFrameTime", 0)
    return _pin(content, source)


def matching_ids(pins: Sequence[Any], content: Content, since: datetime) -> Iterator[str]:
    """Yield the ids of the pins with the board, title, text and link of ``content``, oldest first.

    Pins created more than `CLOCK_SKEW` before ``since`` do not match.
    """
    wanted = _comparable(_pin(content, {}))
    for pin in reversed(pins):
        if (
            isinstance(pin, Mapping)
            and identifier(pin.get("id")) is not None
            and _comparable(pin) == wanted
            and (created := created_at(pin)) is not None
            and created >= since - CLOCK_SKEW
        ):
            yield str(pin["id"])


def created_at(pin: Any) -> datetime | None:
    """Return the creation time of ``pin`` as an aware datetime, or None if the creation time is missing or invalid."""
    return iso_time(pin.get("created_at")) if isinstance(pin, Mapping) else None


def permalink(pin_id: str) -> str:
    """Return the public URL of a pin."""
    return f"https://www.pinterest.com/pin/{pin_id}/"


def _pin(content: Content, source: Mapping[str, Any]) -> dict[str, Any]:
    alt = next((alt for url in content.media_urls if (alt := content.alt_texts.get(url))), None)
    texts = {
        "title": content.options.get("title"),
        "description": content.text,
        "link": content.options.get("link"),
        "alt_text": alt,
    }
    board = str(content.options.get("boardId", ""))
    return {"board_id": board, **{name: text for name, text in texts.items() if text}, "media_source": source}


def _comparable(pin: Mapping[str, Any]) -> tuple[str, ...]:
    title, text = (" ".join(str(pin.get(name) or "").split()) for name in ("title", "description"))
    return str(pin.get("board_id")), title, text, str(pin.get("link") or "").rstrip("/")
