"""A timer that also measures the time for which Lambda freezes the execution environment.

Lambda freezes the execution environment between two invocations. Meanwhile, servers may close connections, and the
monotonic clock may stand still. This module therefore uses the system clock.
"""

import time
from collections.abc import Callable


class IdleTimer:
    """Measures the time since an event, such as the last use of a connection."""

    def __init__(self, limit: float, clock: Callable[[], float] = lambda: time.time()) -> None:
        """Start the timer. ``limit``: the seconds after which the timer expires. ``clock`` returns the system time in
        seconds.
        """
        self._limit = limit
        self._clock = clock
        self._used_at = clock()

    def restart(self) -> None:
        """Start the timer again."""
        self._used_at = self._clock()

    @property
    def expired(self) -> bool:
        """Whether the timer has expired, or the system clock has been set to a time before the start."""
        return not 0 <= self._clock() - self._used_at < self._limit
