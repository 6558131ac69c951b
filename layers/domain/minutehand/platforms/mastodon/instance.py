"""The limits of each server, asked for once an hour."""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from minutehand.platforms.exchange import Exchange
from minutehand.platforms.mastodon.rules import Limits

KEPT = timedelta(hours=1)
MAX_KEPT = 1_000


class Instances:
    """Knows the limits of servers. Safe to share between threads."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._turn = threading.Lock()
        self._known: dict[str, tuple[datetime, Limits]] = {}

    def limits(self, server: str, now: Callable[[], datetime]) -> Limits:
        """Return the limits of ``server``; the documented defaults where it does not tell them.

        Raises:
            Transient, RateLimited: it could not be asked.
        """
        with self._turn:
            known = self._known.get(server)
        if known is not None and now() - known[0] < KEPT:
            return known[1]
        reply = self._exchange.prepare(self._exchange.client.build_request("GET", f"{server}/api/v2/instance"), now)
        limits = _limits(reply.fields) if reply.ok else Limits()
        with self._turn:
            if len(self._known) >= MAX_KEPT:
                self._known.clear()
            self._known[server] = (now(), limits)
        return limits


def _limits(instance: Mapping[str, Any]) -> Limits:
    configuration = instance.get("configuration")
    statuses, media = _part(configuration, "statuses"), _part(configuration, "media_attachments")
    default = Limits()
    return Limits(
        max_characters=_number(statuses, "max_characters", default.max_characters),
        max_attachments=_number(statuses, "max_media_attachments", default.max_attachments),
        characters_per_url=_number(statuses, "characters_reserved_per_url", default.characters_per_url),
        max_video_bytes=min(_number(media, "video_size_limit", default.max_video_bytes), default.max_video_bytes),
        max_video_pixels=_number(media, "video_matrix_limit", default.max_video_pixels),
        max_description=_number(media, "description_limit", default.max_description),
        max_image_bytes=min(_number(media, "image_size_limit", default.max_image_bytes), default.max_image_bytes),
    )


def _part(value: Any, name: str) -> Mapping[str, Any]:
    part = value.get(name) if isinstance(value, dict) else None
    return part if isinstance(part, dict) else {}


def _number(part: Mapping[str, Any], name: str, default: int) -> int:
    value = part.get(name)
    return value if type(value) is int and value > 0 else default
