"""A clock that tests advance."""

import threading
from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class FakeClock:
    """A clock that moves only when a test advances it, or when a process sleeps."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start
        self._lock = threading.Lock()

    def now(self) -> datetime:
        return self._now

    def sleep_until(self, instant: datetime) -> None:
        with self._lock:
            self._now = max(self._now, instant)

    def advance(self, **duration: float) -> datetime:
        with self._lock:
            self._now += timedelta(**duration)
        return self._now
