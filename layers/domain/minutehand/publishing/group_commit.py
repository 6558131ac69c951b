"""Group commit: threads that write at the same time share one statement and one connection."""

import threading
from collections.abc import Callable, Sequence

import psycopg

MAX_WAIT_SECONDS = 0.002
"""The maximum time for which a writer waits for the items of other threads. The wait is much shorter than the commit
that it may save.
"""


class GroupCommit[Item, Result]:
    """Collects items from several threads, and writes all pending items with one call.

    The thread whose item is the first to wait writes the items of all waiting threads. A batch of publications that are
    due in the same second then needs about as many statements as a single publication.
    """

    def __init__(self, lock: threading.Lock, write: Callable[[Sequence[Item]], Sequence[Result]]) -> None:
        """Create an empty group. ``lock``: allows one write at a time. ``write``: writes items, and returns one result
        for each item, in order.
        """
        self._lock = lock
        self._write = write
        self._pending: list[_Entry[Item, Result]] = []
        self._arrival = threading.Condition()

    def submit(self, item: Item, *, expected: int = 1) -> Result:
        """Write ``item``, alone or with other items, and return its result. Raise the errors of ``write``.

        ``expected``: the number of items that are likely to arrive at the same time. The writer waits briefly for these
        items.
        """
        entry: _Entry[Item, Result] = _Entry(item)
        with self._arrival:
            self._pending.append(entry)
            is_writer = len(self._pending) == 1
            if len(self._pending) >= expected:  # the writer waits for all expected items, for at most MAX_WAIT_SECONDS
                self._arrival.notify()
        if is_writer:
            with self._lock:
                self._write_all(self._gather(expected))
        return entry.result()

    def _gather(self, expected: int) -> "list[_Entry[Item, Result]]":
        with self._arrival:
            self._arrival.wait_for(lambda: len(self._pending) >= expected, MAX_WAIT_SECONDS)
            batch, self._pending = self._pending, []
        return batch

    def _write_all(self, batch: "list[_Entry[Item, Result]]") -> None:
        try:
            results = self._write([entry.item for entry in batch])
        except BaseException as error:
            if len(batch) > 1 and isinstance(error, Exception) and not _is_unavailable(error):
                # At least one item cannot be written. The other items may belong to other owners, and must not fail
                # too.
                for each in batch:
                    self._write_all([each])
                return
            for entry in batch:
                entry.fail(error)
            if not isinstance(error, Exception):
                raise
            return
        for entry, result in zip(batch, results, strict=True):
            entry.complete(result)


class _Entry[Item, Result]:
    """An item that waits to be written. An entry costs less time than a `Future`, which also supports callbacks."""

    __slots__ = ("_error", "_result", "_written", "item")

    def __init__(self, item: Item) -> None:
        self.item = item
        self._error: BaseException | None = None
        self._result: Result
        self._written = threading.Lock()
        self._written.acquire()  # released by the writer

    def complete(self, result: Result) -> None:
        self._result = result
        self._written.release()

    def fail(self, error: BaseException) -> None:
        self._error = error
        self._written.release()

    def result(self) -> Result:
        """Wait until the item is written, and return its result or raise its error."""
        self._written.acquire()
        if self._error is not None:
            raise self._error
        return self._result


def _is_unavailable(error: Exception) -> bool:
    """Return True if ``error`` means that Postgres is unavailable, and False if Postgres refused the statement."""
    return isinstance(error, psycopg.OperationalError) and not isinstance(error, psycopg.errors.ProgramLimitExceeded)
