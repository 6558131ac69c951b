"""The limits of each Mastodon server, cached for an hour."""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from minutehand.platforms.exchange import Exchange
from minutehand.platforms.mastodon.rules import Limits

CACHED_FOR = timedelta(hours=1)
MAX_CACHED = 1_000


class Instances:
    """A cache of server limits, which threads may share."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._lock = threading.Lock()
        self._cached: dict[str, tuple[datetime, Limits]] = {}

    def limits(self, server: str, now: Callable[[], datetime]) -> Limits:
        """Return the limits of ``server``. Mastodon's documented default replaces each limit that the server omits.

        Raises:
            Transient, RateLimited: the server cannot be reached or cannot answer now.
        """
        with self._lock:
            cached = self._cached.get(server)
        if cached is not None and now() - cached[0] < CACHED_FOR:
            return cached[1]
        reply = self._exchange.prepare(self._exchange.client.build_request("GET", f"{server}/api/v2/instance"), now)
        limits = _limits(reply.fields) if reply.ok else Limits()
        with self._lock:
            if len(self._cached) >= MAX_CACHED:
                self._cached.clear()
            self._cached[server] = (now(), limits)
        return limits


def _limits(instance: Mapping[str, Any]) -> Limits:
    configuration = instance.get("configuration")
    statuses, media = _section(configuration, "statuses"), _section(configuration, "media_attachments")
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


def _section(value: Any, name: str) -> Mapping[str, Any]:
    section = value.get(name) if isinstance(value, dict) else None
    return section if isinstance(section, dict) else {}


def _number(section: Mapping[str, Any], name: str, default: int) -> int:
    value = section.get(name)
    return value if type(value) is int and value > 0 else default
