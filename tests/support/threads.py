"""Threads that run at the same time, and ways to wait for them."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from types import ModuleType
from typing import Any

import pytest

from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query

WAITING_FOR_LOCK = Query(
    "waiting_for_lock",
    "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
)


def at_once(*processes: Callable[[], object]) -> None:
    """Run each of these in its own thread, all started together; raise the first error."""
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


def wait_for_blocked_process(db: Database) -> None:
    """Return when a process waits for a lock in the database of ``db``, which must not have an open transaction."""
    deadline = time.monotonic() + 20
    while not db.fetch(WAITING_FOR_LOCK):
        assert time.monotonic() < deadline
        time.sleep(0.01)


class Waiting:
    """Waits until threads wait for the result of another thread."""

    def __init__(self, patch: pytest.MonkeyPatch, module: ModuleType) -> None:
        """``module``: the module whose `Future` the threads wait for."""
        arrived = self._arrived = threading.Semaphore(0)

        class Watched(Future[Any]):
            def result(self, timeout: float | None = None) -> Any:
                arrived.release()
                return super().result(timeout)

        patch.setattr(module, "Future", Watched)

    def until(self, number: int) -> None:
        """Return when ``number`` threads have begun to wait."""
        for _ in range(number):
            assert self._arrived.acquire(timeout=10)
