"""Lets threads that want the same thing at about the same time have it made once."""

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from datetime import timedelta

type Later = Callable[[timedelta, Callable[[], None]], None]


def in_background(wait: timedelta, act: Callable[[], None]) -> None:
    """Call ``act`` after ``wait``; where the process is frozen meanwhile, when it goes on. It keeps none alive."""
    timer = threading.Timer(wait.total_seconds(), act)
    timer.daemon = True
    timer.start()


class SingleFlight[Key: Hashable, Made]:
    """What was made, by what it was made for. It is given again for a while; a failure only to who waited for it.

    What is remembered is young at first, then old, and then forgotten, whether or not anybody comes again: it may be a
    secret. One timer does that for all of it.
    """

    def __init__(self, *, kept: timedelta, most: int, later: Later = in_background) -> None:
        """``kept``: how long it is given again at least, and half of the most. ``most``: how many are young at once."""
        self._kept = kept
        self._most = most
        self._later = later
        self._turn = threading.Lock()
        self._ages = False
        self._young: dict[Key, Future[Made]] = {}
        self._old: dict[Key, Future[Made]] = {}

    def get(self, key: Key, make: Callable[[], Made]) -> Made:
        """Return what ``make`` makes for ``key``: its first caller calls it, the others wait. Raises what it raises."""
        with self._turn:
            begun = self._young.get(key) or self._old.get(key)
            future = begun or self._begin(key)
        if begun is None:
            try:
                future.set_result(make())
            except BaseException as error:
                with self._turn:
                    self._young.pop(key, None)
                    self._old.pop(key, None)
                future.set_exception(error)
        return future.result()

    def _begin(self, key: Key) -> Future[Made]:
        if len(self._young) >= self._most:
            del self._young[next(iter(self._young))]
        self._young[key] = Future()
        self._let_age()
        return self._young[key]

    def _let_age(self) -> None:
        if not self._ages:
            self._later(self._kept, self._age)
            self._ages = True

    def _age(self) -> None:
        with self._turn:
            self._ages = False
            self._old, self._young = self._young, {}
            if self._old:
                self._let_age()
