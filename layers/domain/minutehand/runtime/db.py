"""Runs queries on Postgres, with one connection for each `Database` object. A broken connection is replaced."""

import json
import os
import sys
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, Final

import psycopg
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import Jsonb, set_json_loads

from minutehand.runtime.idle import IdleTimer
from minutehand.runtime.sql import Query

CONNECT_TIMEOUT_SECONDS = 3
MAX_UNCHECKED_IDLE_SECONDS = 5.0
"""The maximum idle time of a connection that is used without a check. Lambda freezes the execution environment between
two invocations, and the connection may break in the meantime.
"""
MAX_PLAN_SECONDS = 1.0
"""The age in seconds at which the plans of prepared statements are discarded, unless a transaction is open. A plan that
was made for a few rows may scan the whole table, even after the table has grown. Postgres keeps the plan until it has
collected new statistics, which may take minutes.
"""

BEGIN: Final = Query("begin", "BEGIN")
IDLE = psycopg.pq.TransactionStatus.IDLE


class BadConnectionString(Exception):
    """The connection string is not valid. The message does not repeat the string, because the string contains a
    password.
    """


def as_json(values: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> Jsonb:
    """Return ``values`` as one parameter of a statement, of the type ``jsonb``. Ids and times become text, which
    Postgres converts to the column's type.
    """
    return Jsonb(values, dumps=_dumps)


class Opening:
    """A statement that is sent together with the first statement of a block; see `Database.opening`."""

    def __init__(self, query: Query, parameters: Mapping[str, Any]) -> None:
        self.query = query
        self.parameters = parameters
        self.rows: list[dict[str, Any]] | None = None
        """The rows of the statement, or None until it has been executed."""


class Database:
    """Runs named queries, in autocommit mode or in a transaction. The object is thread-safe, and runs one query at a
    time.
    """

    def __init__(self, url: Callable[[], str], *, prepares: bool = True) -> None:
        """Create an object without a connection. ``url``: a function that returns the connection string of each new
        connection.

        ``prepares``: whether connections may have prepared statements. RDS Proxy keeps a connection with prepared
        statements for a single client.
        """
        self._url = url
        self._prepares = prepares
        self._connection: psycopg.Connection[DictRow] | None = None
        self._idle = IdleTimer(MAX_UNCHECKED_IDLE_SECONDS)
        self._plans = IdleTimer(MAX_PLAN_SECONDS)
        self._lock = threading.RLock()
        self._deferred: list[list[Any]] = []  # one entry for each open transaction and savepoint
        self._after_commit: Callable[[list[Any]], object] = _discard
        self._opening: Opening | None = None

    def fetch(self, query: Query, **parameters: Any) -> list[dict[str, Any]]:
        """Run ``query`` and return its rows, or an empty list if it returns no rows.

        A statement is never repeated, because it may have been executed before its connection broke.

        Raises:
            BadConnectionString: the connection string is not valid.
            psycopg.OperationalError: Postgres is unavailable, or the connection broke.
            psycopg.Error: the statement failed for another reason.
        """
        with self._lock, _connection_errors(self._usable()) as connection:
            return _rows(self._execute(connection, query, parameters))

    def one(self, query: Query, **parameters: Any) -> dict[str, Any] | None:
        """Run ``query`` and return its first row, or None. Raises the same errors as `fetch`."""
        rows = self.fetch(query, **parameters)
        return rows[0] if rows else None

    def fetch_after(self, first: Query, query: Query, **parameters: Any) -> list[dict[str, Any]]:
        """Run ``first`` and ``query``, and return the rows of ``query``.

        Both statements have the same parameters and are sent in one round trip, in one transaction. ``query`` sees all
        changes that were committed before ``first`` ended. Raises the same errors as `fetch`.
        """
        with self._lock, _connection_errors(self._usable()) as connection:
            return self._execute(connection, query, parameters, first=first).fetchall()

    def fetch_together(self, *statements: tuple[Query, Mapping[str, Any]]) -> list[list[dict[str, Any]]]:
        """Run ``statements`` with their parameters in one round trip and one transaction, and return the rows of each.

        Each statement sees the changes of the previous statements, and all changes that were committed before it began.
        If one statement fails, no statement has an effect. Raises the same errors as `fetch`.
        """
        self.send_opening()
        with self._lock, _connection_errors(self._usable()) as connection:
            self._discard_old_plans(connection)
            # BEGIN is not necessary. The statements of a pipeline are one transaction, unless a transaction is open.
            with connection.pipeline():
                cursors = [
                    connection.execute(query.text, parameters, prepare=query.prepared or None)
                    for query, parameters in statements
                ]
            return [_rows(cursor) for cursor in cursors]

    def one_locked(self, lock: Query, query: Query, **parameters: Any) -> dict[str, Any] | None:
        """Run ``lock``, which acquires a lock, and ``query``, and return the first row of ``query``, or None; see
        `fetch_after`.
        """
        rows = self.fetch_after(lock, query, **parameters)
        return rows[0] if rows else None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Run the block in a transaction, or in a savepoint of the open transaction. An exception rolls the block back.

        Raises:
            psycopg.Error: the transaction cannot begin or commit; see `fetch`.
        """
        with self._lock:
            self._deferred.append([])
            try:
                with _connection_errors(self._usable()) as connection, self._begin(connection):
                    yield
            except BaseException:
                self._deferred.pop()
                raise
            items = self._deferred.pop()
            if self._deferred:
                self._deferred[-1] += items
                return
        # The action may make a network call, so it runs outside the lock. Meanwhile, other threads can use the
        # connection.
        if items:
            self._after_commit(items)

    @contextmanager
    def opening(self, query: Query, **parameters: Any) -> Iterator[Opening]:
        """Send ``query`` in the same round trip as the first statement of the block, so that ``query`` adds no latency.

        `fetch_together` sends ``query`` in a separate round trip. A block without statements does not send ``query``;
        see `send_opening`. Unless a transaction is open, ``query`` is committed, and its locks are released, before the
        first statement runs. If ``query`` fails, the first statement is not executed and raises the error of ``query``.
        """
        opening = self._opening = Opening(query, parameters)
        try:
            yield opening
        finally:
            self._opening = None

    def send_opening(self) -> None:
        """Run the query of `opening` now, unless a statement has sent it. Raises the same errors as `fetch`."""
        with self._lock:
            opening, self._opening = self._opening, None
            if opening is not None:
                opening.rows = self.fetch(opening.query, **opening.parameters)

    @contextmanager
    def after_commit(self, action: Callable[[list[Any]], object]) -> Iterator[None]:
        """While the block runs, call ``action`` after each commit with the items that the transaction deferred, if any.

        An error that ``action`` raises reaches the caller of `transaction`, although the transaction is committed.
        """
        previous, self._after_commit = self._after_commit, action
        try:
            yield
        finally:
            self._after_commit = previous

    def defer(self, items: Collection[Any]) -> None:
        """Keep ``items`` for the action of `after_commit` until the open transaction commits.

        A rollback drops the items. If no transaction is open, the action is called with the items immediately. If there
        is no action, the items are dropped.
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

    def _execute(
        self,
        connection: psycopg.Connection[DictRow],
        query: Query,
        parameters: Mapping[str, Any] | None = None,
        *,
        first: Query | None = None,
    ) -> psycopg.Cursor[DictRow]:
        if query.prepared:
            self._discard_old_plans(connection)
        opening, self._opening = self._opening, None
        if opening is None and first is None:
            return connection.execute(query.text, parameters, prepare=query.prepared or None)
        began = opening is not None and connection.info.transaction_status is IDLE
        try:
            with connection.pipeline():  # Postgres skips the statements after one that fails
                if began:
                    connection.execute(BEGIN.text)
                if opening is not None:
                    opened = connection.execute(opening.query.text, opening.parameters)
                if began:
                    connection.execute("COMMIT")
                if first is not None:
                    connection.execute(first.text, parameters)
                cursor = connection.execute(query.text, parameters, prepare=query.prepared or None)
        except psycopg.Error:
            if began:
                _roll_back(connection)
            raise
        if opening is not None:
            opening.rows = opened.fetchall()
        return cursor

    def _discard_old_plans(self, connection: psycopg.Connection[DictRow]) -> None:
        if self._prepares and self._plans.expired and connection.info.transaction_status is IDLE:
            connection.execute("DISCARD PLANS")
            self._plans.restart()

    @contextmanager
    def _begin(self, connection: psycopg.Connection[DictRow]) -> Iterator[None]:
        if connection.info.transaction_status is not IDLE:
            with connection.transaction():  # a savepoint
                yield
            return
        try:
            self._execute(connection, BEGIN)
            yield
        except BaseException:
            _roll_back(connection)
            raise
        connection.commit()

    def _usable(self) -> psycopg.Connection[DictRow]:
        if self._connection is not None and not self._alive(self._connection):
            self.close()
        if self._connection is None:
            self._connection = self._connect()
        self._idle.restart()
        return self._connection

    def _connect(self) -> psycopg.Connection[DictRow]:
        try:
            return self._open()
        except Exception:
            self._opening = None  # not sent later: a caller that works without the database must not wait again
            _count_failure()
            raise

    def _open(self) -> psycopg.Connection[DictRow]:
        try:
            connection = psycopg.connect(
                self._url(),
                autocommit=True,
                row_factory=dict_row,
                # Frequent statements are not prepared automatically, because most plans depend on the parameters.
                prepare_threshold=sys.maxsize if self._prepares else None,
                connect_timeout=CONNECT_TIMEOUT_SECONDS,
                keepalives_idle=15,
                tcp_user_timeout=15_000,
                application_name="minutehand",
            )
            set_json_loads(_loads, connection)
            return connection
        except psycopg.ProgrammingError:
            # psycopg's message quotes the part that could not be parsed, and this part may be the password.
            raise BadConnectionString("The connection string of the database is not valid.") from None

    def _alive(self, connection: psycopg.Connection[DictRow]) -> bool:
        if connection.closed:
            return False
        idle = connection.info.transaction_status is IDLE
        if not (idle and self._idle.expired):
            return True
        try:
            connection.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def _connection_errors(connection: psycopg.Connection[DictRow]) -> Iterator[psycopg.Connection[DictRow]]:
    """Raise `psycopg.OperationalError` for every error that closed ``connection``.

    Psycopg raises other exceptions for some of these errors. For example, psycopg raises `InternalError` after Postgres
    has ended a transaction that was idle for too long.
    """
    try:
        yield connection
    except psycopg.OperationalError:
        raise
    except psycopg.Error as error:
        if connection.closed:
            raise psycopg.OperationalError(f"the connection was closed: {error}") from error
        raise


def _rows(cursor: psycopg.Cursor[DictRow]) -> list[dict[str, Any]]:
    """Return the rows of ``cursor``. A statement without a result has no row number.

    The attribute ``description`` would provide the same information, but is slow for many columns.
    """
    return cursor.fetchall() if cursor.rownumber is not None else []


_dumps = partial(json.dumps, default=str)


def _loads(text: str | bytes) -> Any:
    """Parse JSON. ``{}`` is recognised without parsing, because most JSON columns of most posts contain it."""
    return {} if text == b"{}" else json.loads(text)


def _roll_back(connection: psycopg.Connection[DictRow]) -> None:
    with suppress(psycopg.Error):  # if the connection is broken, Postgres has rolled back
        connection.rollback()


def _discard(items: list[Any]) -> None:
    pass


def _count_failure() -> None:
    from minutehand.runtime.metrics import Metric, emit  # imported late, because it is slow to import

    emit(Metric.DATABASE_CONNECTION_FAILURES, Service=os.environ.get("POWERTOOLS_SERVICE_NAME") or "unnamed")
