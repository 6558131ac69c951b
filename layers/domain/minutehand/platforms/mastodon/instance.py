"""The limits that Mastodon servers publish.

Mastodon and compatible servers publish their limits in ``/api/v2/instance``. Older and smaller servers have only
``/api/v1/instance``, with a ``configuration`` or with ``max_toot_chars``. A server in limited federation mode answers
only requests with a token.
"""

import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from minutehand.platforms.deadline import time_limit
from minutehand.platforms.exchange import Exchange, bearer
from minutehand.platforms.mastodon.rules import UNKNOWN, Limits
from minutehand.platforms.port import PublishError

PATHS = ("/api/v2/instance", "/api/v1/instance")
CACHED_FOR = timedelta(hours=1)
UNKNOWN_CACHED_FOR = timedelta(minutes=5)
MAX_CACHED = 1_000
MAX_SECONDS = 5.0
"""The time limit for both calls. If the limits are unknown, only the server can check the post against them."""


class Instances:
    """A thread-safe cache of server limits."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._lock = threading.Lock()
        self._cached: dict[str, tuple[datetime, Limits]] = {}

    def limits(self, server: str, access_token: str, now: Callable[[], datetime]) -> Limits:
        """Return the limits that ``server`` publishes, or `UNKNOWN` if the call fails. Raise no exception, because the
        limits are optional.
        """
        with self._lock:
            expires_at, limits = self._cached.get(server, (now(), UNKNOWN))
        if now() < expires_at:
            return limits
        try:
            with time_limit(MAX_SECONDS):
                limits = self._ask(server, access_token, now)
        except PublishError:  # if the server cannot be reached at all, the next call reports the failure
            limits = UNKNOWN
        lifetime = UNKNOWN_CACHED_FOR if limits == UNKNOWN else CACHED_FOR
        with self._lock:
            if len(self._cached) >= MAX_CACHED:
                self._cached.clear()
            self._cached[server] = (now() + lifetime, limits)
        return limits

    def _ask(self, server: str, access_token: str, now: Callable[[], datetime]) -> Limits:
        headers, limits = bearer(access_token, "Mastodon"), UNKNOWN
        for path in PATHS:
            request = self._exchange.client.build_request("GET", server + path, headers=headers)
            reply = self._exchange.prepare(request, now)
            if reply.ok:
                limits = replace(_limits(reply.fields), **limits.published())
            if limits.max_characters is not None:
                break
        return limits


def _limits(instance: Mapping[str, Any]) -> Limits:
    configuration = instance.get("configuration")
    statuses, media = _section(configuration, "statuses"), _section(configuration, "media_attachments")
    return Limits(
        max_characters=_number(statuses, "max_characters") or _number(instance, "max_toot_chars"),
        max_attachments=_number(statuses, "max_media_attachments"),
        characters_per_url=_number(statuses, "characters_reserved_per_url"),
        max_image_bytes=_number(media, "image_size_limit"),
        max_video_bytes=_number(media, "video_size_limit"),
        max_video_pixels=_number(media, "video_matrix_limit"),
        max_description=_number(media, "description_limit"),
    )


def _section(value: Any, name: str) -> Mapping[str, Any]:
    section = value.get(name) if isinstance(value, dict) else None
    return section if isinstance(section, dict) else {}


def _number(section: Mapping[str, Any], name: str) -> int | None:
    """Return a positive number, which some servers send as text. Return None for any other value."""
    value = section.get(name)
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,15}", value):
        value = int(value)
    return value if type(value) is int and value > 0 else None
