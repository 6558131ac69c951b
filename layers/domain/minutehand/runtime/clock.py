"""The clock, which callers pass as an argument. Only this module and `idle` read the system time."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

type Now = Callable[[], datetime]
"""Returns the current time, as `Clock.now` does."""


class Clock(Protocol):
    """Tells the time, and waits. Every time is an aware datetime in UTC."""

    def now(self) -> datetime:
        """Return the current time."""
        ...

    def sleep_until(self, instant: datetime) -> None:
        """Wait until ``instant``, and never return earlier. Return immediately if ``instant`` has passed."""
        ...


class SystemClock:
    """The clock of the operating system."""

    def now(self) -> datetime:
        """Return the current time in UTC."""
        return datetime.now(UTC)

    def sleep_until(self, instant: datetime) -> None:
        """Sleep until ``instant``, and sleep again if the operating system wakes the thread too early."""
        while (left := (instant - self.now()).total_seconds()) > 0:
            time.sleep(left)
