"""Postgres: one connection for each execution environment, opened on first use and anew when it broke."""

import os
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.rows import DictRow, dict_row

from minutehand.runtime.sql import Query

CONNECT_TIMEOUT_SECONDS = 3
TRUST_SECONDS = 5.0
"""A connection used within this time is taken to be alive; one that rested longer is asked first, because an
execution environment may have been frozen for an hour in between."""


class BadConnectionString(Exception):
    """The connection string cannot be read; it is not repeated, because it holds a password."""


class Database:
    """Runs named queries in autocommit, or in a transaction where one is opened. Threads take turns."""

    def __init__(self, url: Callable[[], str]) -> None:
        """Take a function that gives the connection string; it is asked again for every new connection."""
        self._url = url
        self._connection: psycopg.Connection[DictRow] | None = None
        self._used_at = 0.0
        self._turn = threading.RLock()
        self._deferred: list[list[Any]] = []  # for each open transaction and savepoint
        self._after_commit: Callable[[list[Any]], object] = _discard

    def fetch(self, query: Query, **parameters: Any) -> list[dict[str, Any]]:
        """Run ``query`` and return its rows; an empty list for a statement that returns none.

        Nothing is ever repeated: a statement whose connection breaks under it may have been carried out.

        Raises:
            psycopg.Error: the statement failed; `psycopg.OperationalError` when Postgres is away.
        """
        with self._turn, _told(self._usable()) as connection:
            cursor = connection.execute(query.text, parameters)
            return cursor.fetchall() if cursor.description else []

    def one(self, query: Query, **parameters: Any) -> dict[str, Any] | None:
        """Run ``query`` and return its first row, or None. Raises as `fetch` does."""
        rows = self.fetch(query, **parameters)
        return rows[0] if rows else None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Run what is inside in one transaction, a savepoint when nested; an exception rolls it back.

        Raises:
            psycopg.Error: as `fetch` does, where it begins and where it is committed.
        """
        with self._turn:
            self._deferred.append([])
            try:
                with _told(self._usable()) as connection, connection.transaction():
                    yield
            except BaseException:
                self._deferred.pop()
                raise
            items = self._deferred.pop()
            if self._deferred:
                self._deferred[-1] += items
                return
        # Outside the lock: sending takes a network call, and other threads may use the connection meanwhile.
        if items:
            self._after_commit(items)

    @contextmanager
    def after_commit(self, action: Callable[[list[Any]], object]) -> Iterator[None]:
        """While the block runs, call ``action`` with the items that were deferred in each committed transaction.

        What ``action`` raises reaches the caller of `transaction`, whose work is committed nevertheless.
        """
        previous, self._after_commit = self._after_commit, action
        try:
            yield
        finally:
            self._after_commit = previous

    def defer(self, items: Collection[Any]) -> None:
        """Keep ``items`` for the action of `after_commit` until the open transaction commits; a rollback drops them.

        Without an open transaction the action gets them at once. Without an action they are dropped.
        """
        if not items:
            return
        with self._turn:
            if self._deferred:
                self._deferred[-1] += items
                return
        self._after_commit(list(items))

    def close(self) -> None:
        """Give the connection back; the next query opens another."""
        with self._turn:
            connection, self._connection = self._connection, None
            if connection is not None:
                connection.close()

    def _usable(self) -> psycopg.Connection[DictRow]:
        if self._connection is not None and not self._alive(self._connection):
            self.close()
        if self._connection is None:
            self._connection = self._connect()
        self._used_at = time.monotonic()
        return self._connection

    def _connect(self) -> psycopg.Connection[DictRow]:
        try:
            return self._connected()
        except Exception:
            _count_failure()
            raise

    def _connected(self) -> psycopg.Connection[DictRow]:
        try:
            return psycopg.connect(
                self._url(),
                autocommit=True,
                row_factory=dict_row,
                prepare_threshold=None,  # a prepared statement would pin a proxy's connection to us
                connect_timeout=CONNECT_TIMEOUT_SECONDS,
                keepalives_idle=15,
                tcp_user_timeout=15_000,
                application_name="minutehand",
            )
        except psycopg.ProgrammingError:
            # The message repeats what it could not read, and that may be the password.
            raise BadConnectionString("The connection string of the database is not valid.") from None

    def _alive(self, connection: psycopg.Connection[DictRow]) -> bool:
        if connection.closed:
            return False
        idle = connection.info.transaction_status is psycopg.pq.TransactionStatus.IDLE
        if not idle or time.monotonic() - self._used_at < TRUST_SECONDS:
            return True
        try:
            connection.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def _told(connection: psycopg.Connection[DictRow]) -> Iterator[psycopg.Connection[DictRow]]:
    """Say of whatever ended ``connection`` that Postgres went away, which psycopg does not always.

    A transaction that Postgres ended because it was idle for too long is an `InternalError` to it, for one.
    """
    try:
        yield connection
    except psycopg.OperationalError:
        raise
    except psycopg.Error as error:
        if connection.closed:
            raise psycopg.OperationalError(f"the connection has ended: {error}") from error
        raise


def _discard(items: list[Any]) -> None:
    pass


def _count_failure() -> None:
    from minutehand.runtime.metrics import Metric, emit  # only those pay for it who need it

    emit(Metric.DATABASE_CONNECTION_FAILURES, Service=os.environ.get("POWERTOOLS_SERVICE_NAME") or "unnamed")
