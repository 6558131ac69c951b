"""Postgres: one connection for each execution environment, opened at the first query and again after it broke."""

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
MAX_UNCHECKED_IDLE_SECONDS = 5.0
"""A connection that was idle for longer is checked before its next use, because the execution environment may have been
frozen for an hour in the meantime."""


class BadConnectionString(Exception):
    """The connection string is not valid. The message does not repeat it, because it contains a password."""


class Database:
    """Runs named queries, in autocommit mode or in a transaction. Threads that share it run one at a time."""

    def __init__(self, url: Callable[[], str]) -> None:
        """``url`` returns the connection string. It is called for every new connection."""
        self._url = url
        self._connection: psycopg.Connection[DictRow] | None = None
        self._used_at = 0.0
        self._lock = threading.RLock()
        self._deferred: list[list[Any]] = []  # for each open transaction and savepoint
        self._after_commit: Callable[[list[Any]], object] = _discard

    def fetch(self, query: Query, **parameters: Any) -> list[dict[str, Any]]:
        """Run ``query`` and return its rows, or an empty list if it returns none.

        A statement is never repeated: if its connection broke, it may have been executed.

        Raises:
            psycopg.Error: the statement failed; `psycopg.OperationalError` if Postgres is unavailable.
        """
        with self._lock, _connection_errors(self._usable()) as connection:
            cursor = connection.execute(query.text, parameters)
            return cursor.fetchall() if cursor.description else []

    def one(self, query: Query, **parameters: Any) -> dict[str, Any] | None:
        """Run ``query`` and return its first row, or None. Raises the same errors as `fetch`."""
        rows = self.fetch(query, **parameters)
        return rows[0] if rows else None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Run the block in one transaction, or in a savepoint if one is open. An exception rolls it back.

        Raises:
            psycopg.Error: as `fetch`, when the transaction begins and when it commits.
        """
        with self._lock:
            self._deferred.append([])
            try:
                with _connection_errors(self._usable()) as connection, connection.transaction():
                    yield
            except BaseException:
                self._deferred.pop()
                raise
            items = self._deferred.pop()
            if self._deferred:
                self._deferred[-1] += items
                return
        # Outside the lock: the action may make a network call, and other threads can use the connection meanwhile.
        if items:
            self._after_commit(items)

    @contextmanager
    def after_commit(self, action: Callable[[list[Any]], object]) -> Iterator[None]:
        """While the block runs, call ``action`` after each commit, with the items that its transaction deferred.

        An error of ``action`` reaches the caller of `transaction`, whose work is committed nevertheless.
        """
        previous, self._after_commit = self._after_commit, action
        try:
            yield
        finally:
            self._after_commit = previous

    def defer(self, items: Collection[Any]) -> None:
        """Keep ``items`` for the action of `after_commit` until the open transaction commits. A rollback drops them.

        Without an open transaction, the action gets them at once. Without an action, they are dropped.
        """
        if not items:
            return
        with self._lock:
            if self._deferred:
                self._deferred[-1] += items
                return
        self._after_commit(list(items))

    def close(self) -> None:
        """Close the connection. The next query opens a new one."""
        with self._lock:
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
            return self._open()
        except Exception:
            _count_failure()
            raise

    def _open(self) -> psycopg.Connection[DictRow]:
        try:
            return psycopg.connect(
                self._url(),
                autocommit=True,
                row_factory=dict_row,
                prepare_threshold=None,  # a prepared statement would pin a connection of RDS Proxy to this client
                connect_timeout=CONNECT_TIMEOUT_SECONDS,
                keepalives_idle=15,
                tcp_user_timeout=15_000,
                application_name="minutehand",
            )
        except psycopg.ProgrammingError:
            # psycopg's message quotes the part that it could not parse, which may be the password.
            raise BadConnectionString("The connection string of the database is not valid.") from None

    def _alive(self, connection: psycopg.Connection[DictRow]) -> bool:
        if connection.closed:
            return False
        idle = connection.info.transaction_status is psycopg.pq.TransactionStatus.IDLE
        if not idle or time.monotonic() - self._used_at < MAX_UNCHECKED_IDLE_SECONDS:
            return True
        try:
            connection.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def _connection_errors(connection: psycopg.Connection[DictRow]) -> Iterator[psycopg.Connection[DictRow]]:
    """Raise `psycopg.OperationalError` for every error that closed ``connection``.

    psycopg itself raises other classes for some of them, such as `InternalError` after Postgres ended a transaction
    that was idle for too long.
    """
    try:
        yield connection
    except psycopg.OperationalError:
        raise
    except psycopg.Error as error:
        if connection.closed:
            raise psycopg.OperationalError(f"the connection was closed: {error}") from error
        raise


def _discard(items: list[Any]) -> None:
    pass


def _count_failure() -> None:
    from minutehand.runtime.metrics import Metric, emit  # a slow import, needed only here

    emit(Metric.DATABASE_CONNECTION_FAILURES, Service=os.environ.get("POWERTOOLS_SERVICE_NAME") or "unnamed")
