"""The age of an idle connection.

Lambda freezes the execution environment between two invocations, for up to an hour. Meanwhile, servers may close their
ends of the connections, and the monotonic clock may stand still. This module therefore uses the system clock.
"""

import time
from collections.abc import Callable


class IdleTimer:
    """Measures how long a connection has been idle."""

    def __init__(self, limit: float, clock: Callable[[], float] = lambda: time.time()) -> None:
        """Start the timer. ``limit``: the seconds after which the connection may be stale. ``clock`` returns the system
        time.
        """
        self._limit = limit
        self._clock = clock
        self._used_at = clock()

    def restart(self) -> None:
        """Record that the connection is used now."""
        self._used_at = self._clock()

    @property
    def expired(self) -> bool:
        """Whether the connection may be stale. A connection also counts as stale after the system clock has been set
        back.
        """
        return not 0 <= self._clock() - self._used_at < self._limit
