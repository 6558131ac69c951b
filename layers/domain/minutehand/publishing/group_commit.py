"""Lets threads that write at the same moment share one statement on the one connection."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future

import psycopg

PATIENCE_SECONDS = 0.002
"""How long a writer waits for company: a fraction of what the commit that it may save takes."""


class GroupCommit[Item, Result]:
    """Collects items of several threads and writes all that wait with one call.

    Whoever gets the turn writes for everybody who waits, so that a batch of publications that are due in the same
    second costs about as many statements as one.
    """

    def __init__(self, turn: threading.Lock, write: Callable[[Sequence[Item]], Sequence[Result]]) -> None:
        """``turn``: what keeps writers apart. ``write``: returns a result for each item, in order."""
        self._turn = turn
        self._write = write
        self._waiting: list[tuple[Item, Future[Result]]] = []
        self._arrival = threading.Condition()

    def submit(self, item: Item, *, company: int = 1) -> Result:
        """Write ``item``, alone or with others, and return its result; raises what ``write`` raised.

        ``company``: how many are likely to come at this moment; the writer waits a little for them.
        """
        future: Future[Result] = Future()
        with self._arrival:
            self._waiting.append((item, future))
            self._arrival.notify_all()
        with self._turn:
            if not future.done():
                self._write_all(self._gather(company))
        return future.result()

    def _gather(self, company: int) -> list[tuple[Item, Future[Result]]]:
        with self._arrival:
            self._arrival.wait_for(lambda: len(self._waiting) >= company, PATIENCE_SECONDS)
            batch, self._waiting = self._waiting, []
        return batch

    def _write_all(self, batch: list[tuple[Item, Future[Result]]]) -> None:
        try:
            results = self._write([item for item, _ in batch])
        except BaseException as error:
            if len(batch) > 1 and isinstance(error, Exception) and not _is_away(error):
                # One of them cannot be written: the others, of other owners maybe, must not suffer for it.
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


def _is_away(error: Exception) -> bool:
    """Say whether Postgres could not be reached, rather than did not take what was written."""
    return isinstance(error, psycopg.OperationalError) and not isinstance(error, psycopg.errors.ProgramLimitExceeded)
