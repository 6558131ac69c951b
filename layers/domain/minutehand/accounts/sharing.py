"""Lets threads that want the same thing at the same time have it made once."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from datetime import datetime, timedelta


class Shared[Key: Hashable, Made]:
    """What was made, by what it was made for. It is given again for a while; a failure only to who waited for it."""

    def __init__(self, now: Callable[[], datetime], *, kept: timedelta, most: int) -> None:
        """``kept``: how long it is given again; ``most``: how many are remembered."""
        self._now = now
        self._kept = kept
        self._most = most
        self._turn = threading.Lock()
        self._begun: OrderedDict[Key, tuple[datetime, Future[Made]]] = OrderedDict()

    def get(self, key: Key, make: Callable[[], Made]) -> Made:
        """Return what ``make`` makes for ``key``: its first caller calls it, the others wait. Raises what it raises."""
        with self._turn:
            self._forget()
            first = key not in self._begun
            _, future = self._begun.setdefault(key, (self._now(), Future()))
        if first:
            try:
                future.set_result(make())
            except BaseException as error:
                with self._turn:
                    self._begun.pop(key, None)
                future.set_exception(error)
        return future.result()

    def _forget(self) -> None:
        while self._begun:
            key, (since, future) = next(iter(self._begun.items()))
            old = future.done() and self._now() - since > self._kept
            if not old and len(self._begun) < self._most:
                break
            del self._begun[key]
