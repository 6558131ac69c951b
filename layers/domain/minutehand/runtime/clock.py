"""Time is passed in: nothing else in the project asks the operating system what time it is."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What tells the time and waits. Every moment is an aware datetime in UTC."""

    def now(self) -> datetime:
        """Return the current moment."""
        ...

    def sleep_until(self, moment: datetime) -> None:
        """Return as soon as it is ``moment``, never before; at once when that is past."""
        ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """Return the current moment, UTC."""
        return datetime.now(UTC)

    def sleep_until(self, moment: datetime) -> None:
        """Sleep until ``moment``; wakes again where the system woke it too soon."""
        while (left := (moment - self.now()).total_seconds()) > 0:
            time.sleep(left)
