"""Remembers the results of look-ups in memory, for a limited time and in a limited number."""

from datetime import datetime, timedelta
from typing import NamedTuple


class _Entry[V](NamedTuple):
    value: V
    at: datetime


class Recent[V]:
    """A cache of values, keyed by bytes. If the cache is full, a new value replaces the oldest one."""

    def __init__(self, lifetime: timedelta, max_entries: int) -> None:
        """Create an empty cache. ``lifetime``: the time after which a value expires."""
        self._lifetime = lifetime
        self._max_entries = max_entries
        self._entries: dict[bytes, _Entry[V]] = {}

    def get(self, key: bytes, now: datetime) -> V | None:
        """Return the value that was added under ``key`` within the lifetime, otherwise None."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        if not timedelta() <= now - entry.at < self._lifetime:
            del self._entries[key]
            return None
        return entry.value

    def add(self, key: bytes, value: V, now: datetime) -> None:
        """Remember ``value`` under ``key`` from now on."""
        self._entries.pop(key, None)  # so that the entries stay in the order of their times
        if len(self._entries) >= self._max_entries:
            del self._entries[next(iter(self._entries))]
        self._entries[key] = _Entry(value, now)

    def __len__(self) -> int:
        """Return the number of values in memory."""
        return len(self._entries)
