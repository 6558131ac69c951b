"""A single-flight cache. Threads that need the same value at about the same time share one call."""

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from datetime import timedelta

type Later = Callable[[timedelta, Callable[[], None]], None]


def in_background(wait: timedelta, act: Callable[[], None]) -> None:
    """Call ``act`` after ``wait`` or, if the process is frozen at that time, when the process resumes. The timer does
    not keep the process alive.
    """
    timer = threading.Timer(wait.total_seconds(), act)
    timer.daemon = True
    timer.start()


class SingleFlight[Key: Hashable, Made]:
    """A cache of keyed values. Threads share the call that creates a value. Errors are not cached.

    A timer moves the entries from the young generation to the old one, and later deletes them. Therefore secrets do not
    stay in memory, even if no further call is made.
    """

    def __init__(self, *, kept: timedelta, max_entries: int, later: Later = in_background) -> None:
        """Create an empty cache.

        An entry is kept for at least ``kept``, unless a newer entry replaces it, and for at most twice this time plus
        the time for which the process is frozen. ``max_entries`` is the maximum number of entries in the young
        generation. A further entry replaces the oldest one.
        """
        self._kept = kept
        self._max_entries = max_entries
        self._later = later
        self._lock = threading.Lock()
        self._timer_runs = False
        self._young: dict[Key, Future[Made]] = {}
        self._old: dict[Key, Future[Made]] = {}

    def get(self, key: Key, make: Callable[[], Made]) -> Made:
        """Return the value for ``key``. Only the first caller calls ``make``. If ``make`` raises an exception, all
        waiting callers receive the exception.
        """
        with self._lock:
            known = self._young.get(key) or self._old.get(key)
            future = known or self._add(key)
        if known is None:
            try:
                future.set_result(make())
            except BaseException as error:
                with self._lock:
                    self._young.pop(key, None)
                    self._old.pop(key, None)
                future.set_exception(error)
        return future.result()

    def _add(self, key: Key) -> Future[Made]:
        if len(self._young) >= self._max_entries:
            del self._young[next(iter(self._young))]
        self._young[key] = Future()
        self._start_timer()
        return self._young[key]

    def _start_timer(self) -> None:
        if not self._timer_runs:
            self._later(self._kept, self._age)
            self._timer_runs = True

    def _age(self) -> None:
        with self._lock:
            self._timer_runs = False
            self._old, self._young = self._young, {}
            if self._old:
                self._start_timer()
