"""Things that happen at the same time, for real."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from types import ModuleType
from typing import Any

import pytest

from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query

AT_A_LOCK = Query(
    "at_a_lock", "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


def at_once(*processes: Callable[[], object]) -> None:
    """Run these in threads of their own, started together; the first failure of one is raised."""
    failures: list[BaseException] = []
    start = threading.Barrier(max(len(processes), 1))

    def run(process: Callable[[], object]) -> None:
        start.wait()
        try:
            process()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(process,)) for process in processes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def until_somebody_waits(db: Database) -> None:
    """Return when a process stands at a lock in the database of ``db``, which has no transaction open."""
    deadline = time.monotonic() + 20
    while not db.fetch(AT_A_LOCK):
        assert time.monotonic() < deadline
        time.sleep(0.01)


class Waiting:
    """Tells when others wait for what one makes for all of them."""

    def __init__(self, patch: pytest.MonkeyPatch, module: ModuleType) -> None:
        """``module``: the one whose `Future` they wait for."""
        arrived = self._arrived = threading.Semaphore(0)

        class Watched(Future[Any]):
            def result(self, timeout: float | None = None) -> Any:
                arrived.release()
                return super().result(timeout)

        patch.setattr(module, "Future", Watched)

    def until(self, number: int) -> None:
        """Return when as many have come to wait."""
        for _ in range(number):
            assert self._arrived.acquire(timeout=10)
