"""Boundaries at which a process can die: before and after every statement, commit, SQS call and platform call."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg

from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support.connection_pool import ConnectionPool, PreparedDatabase


class Killed(BaseException):
    """The process has died. Not an `Exception`, so that no code of the process catches it and continues."""


class Boundaries:
    """Counts the boundaries that a process passes, and acts at one of them.

    ``act_at``: the number of the boundary, counted from 0, or its name, which stands for the first of that name.
    ``act``: called once, at that boundary; by default `kill`. Other threads of a killed process die at their next
    boundary.
    """

    def __init__(self, act_at: int | str | None = None, act: Callable[[], object] | None = None) -> None:
        self.passed: list[str] = []
        self.acted_at: str | None = None
        self._act_at = act_at
        self._act = act or self.kill
        self._dead = False

    def reach(self, name: str) -> None:
        if self._dead:
            raise Killed(name)
        self.passed.append(name)
        if self.acted_at is None and self._act_at in (len(self.passed) - 1, name):
            self.acted_at = name
            self._act()

    def kill(self) -> None:
        self._dead = True
        raise Killed(self.acted_at)


class BoundaryDatabase(PreparedDatabase):
    """A database with a boundary before and after each statement and commit."""

    def __init__(self, url: Callable[[], str], pool: ConnectionPool, boundaries: Boundaries) -> None:
        super().__init__(url, pool)
        self._boundaries = boundaries

    def fetch(self, query: Query, **parameters: Any) -> list[dict[str, Any]]:
        self._boundaries.reach(f"before {query.name}")
        rows = super().fetch(query, **parameters)
        self._boundaries.reach(f"after {query.name}")
        return rows

    def fetch_together(self, *statements: tuple[Query, Mapping[str, Any]]) -> list[list[dict[str, Any]]]:
        """Run the statements one after another in a transaction, as Postgres does, with a boundary between them: the
        connection may break at any of them.
        """
        with self.transaction():
            return [self.fetch(query, **parameters) for query, parameters in statements]

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with super().transaction():
            yield
            self._boundaries.reach("before commit")
        self._boundaries.reach("after commit")


class Nap:
    """Lets a process sleep, once, until Postgres has ended its transaction because it was idle too long."""

    IDLE_TIMEOUT = Query("idle_timeout", "SELECT set_config('idle_in_transaction_session_timeout', '1ms', true)")
    OWN_PID = Query("own_pid", "SELECT pg_backend_pid() AS pid")

    def __init__(self, url: str, before: str = "") -> None:
        """``before``: the name of the statement before which a `DrowsyDatabase` sleeps."""
        self.before = before
        self.over = False
        self._url = url
        self._once = threading.Lock()

    def take(self, db: Database) -> None:
        """Sleep within the open transaction of ``db``, unless it has slept already."""
        if not self._once.acquire(blocking=False):
            return
        [backend] = db.fetch(self.OWN_PID)
        db.fetch(self.IDLE_TIMEOUT)
        with psycopg.connect(self._url, autocommit=True) as other:
            until = time.monotonic() + 10
            while other.execute("SELECT FROM pg_stat_activity WHERE pid = %s", [backend["pid"]]).fetchone():
                assert time.monotonic() < until, "Postgres has not ended the transaction"
                time.sleep(0.01)
        self.over = True


class DrowsyDatabase(Database):
    """A database that sleeps before a statement."""

    def __init__(self, url: Callable[[], str], nap: Nap) -> None:
        super().__init__(url)
        self._nap = nap

    def fetch(self, query: Query, **parameters: Any) -> list[dict[str, Any]]:
        if query.name == self._nap.before:
            self._nap.take(self)
        return super().fetch(query, **parameters)
