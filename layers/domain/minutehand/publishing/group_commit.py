"""Group commit: threads that write at the same time share one statement and one connection."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future

import psycopg

MAX_WAIT_SECONDS = 0.002
"""The maximum time for which a writer waits for the items of other threads. The wait is much shorter than the commit
that it may save.
"""


class GroupCommit[Item, Result]:
    """Collects items from several threads, and writes all pending items with one call.

    The thread that acquires the lock writes the items of all waiting threads. A batch of publications that are due in
    the same second therefore needs about as many statements as one publication.
    """

    def __init__(self, lock: threading.Lock, write: Callable[[Sequence[Item]], Sequence[Result]]) -> None:
        """Create an empty group. ``lock``: allows one write at a time. ``write``: writes items, and returns one result
        for each item, in order.
        """
        self._lock = lock
        self._write = write
        self._pending: list[tuple[Item, Future[Result]]] = []
        self._arrival = threading.Condition()

    def submit(self, item: Item, *, expected: int = 1) -> Result:
        """Write ``item``, alone or with other items, and return its result. Raise the errors of ``write``.

        ``expected``: the number of items that are likely to arrive at the same time. The writer waits briefly for these
        items.
        """
        future: Future[Result] = Future()
        with self._arrival:
            self._pending.append((item, future))
            if len(self._pending) >= expected:  # the writer waits for all expected items, for at most MAX_WAIT_SECONDS
                self._arrival.notify_all()
        with self._lock:
            if not future.done():
                self._write_all(self._gather(expected))
        return future.result()

    def _gather(self, expected: int) -> list[tuple[Item, Future[Result]]]:
        with self._arrival:
            self._arrival.wait_for(lambda: len(self._pending) >= expected, MAX_WAIT_SECONDS)
            batch, self._pending = self._pending, []
        return batch

    def _write_all(self, batch: list[tuple[Item, Future[Result]]]) -> None:
        try:
            results = self._write([item for item, _ in batch])
        except BaseException as error:
            if len(batch) > 1 and isinstance(error, Exception) and not _is_unavailable(error):
                # One item cannot be written. The other items may belong to other owners, and must not fail with it.
                for each in batch:
                    self._write_all([each])
                return
            for _, future in batch:
                future.set_exception(error)
            if not isinstance(error, Exception):
                raise
            return
        for (_, future), result in zip(batch, results, strict=True):
            future.set_result(result)


def _is_unavailable(error: Exception) -> bool:
    """Return True if ``error`` means that Postgres is unavailable, and False if Postgres refused the statement."""
    return isinstance(error, psycopg.OperationalError) and not isinstance(error, psycopg.errors.ProgramLimitExceeded)
