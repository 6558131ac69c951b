"""Connections to Postgres that processes and tests use one after another.

A new session reads the whole catalog again, which takes longer than most tests. Postgres ends the transaction and the
session of a process that ends or dies. The pool does the same to a connection that is given back. Only caches stay:
entries of the catalog, and the plans of prepared statements.
"""

import threading
from collections.abc import Callable

import psycopg
from psycopg.rows import DictRow

from minutehand.runtime.db import Database

type Connection = psycopg.Connection[DictRow]

END_SESSION = (
    "CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ROLE; RESET ALL; UNLISTEN *; SELECT pg_advisory_unlock_all()"
)
"""DISCARD ALL without the parts that drop caches. The role becomes that of the connection string again."""


class ConnectionPool:
    """Idle connections with their connection strings, the last used one last."""

    def __init__(self) -> None:
        self._idle: list[tuple[str, Connection]] = []
        self._lock = threading.Lock()
        self._closed = False

    def take(self, url: str, connect: Callable[[], Connection]) -> Connection:
        """Return a working connection that no other process uses, from the pool or from ``connect``."""
        while (connection := self._pop(url)) is not None:
            try:
                connection.execute("SELECT", prepare=False)
            except psycopg.OperationalError:  # Postgres has stopped, or has ended the session
                connection.close()
            else:
                return connection
        return connect()

    def give_back(self, url: str, connection: Connection) -> None:
        """End the transaction and the session of ``connection``, and keep it for another process."""
        if self._closed:
            connection.close()
            return
        try:
            connection.rollback()
            connection.prepare_threshold = None
            connection.execute(END_SESSION, prepare=False)  # several statements cannot be prepared
        except psycopg.Error:
            connection.close()
        else:
            with self._lock:
                self._idle.append((url, connection))

    def rename(self, old: str, new: str, *, keep: int) -> list[int]:
        """Replace ``old`` by ``new`` in the connection strings that contain it, and return the pids of their sessions.

        Only the last ``keep`` of these connections stay open.
        """
        with self._lock:
            found = [(url, connection) for url, connection in self._idle if old in url]
            kept = found[max(len(found) - keep, 0) :]
            self._idle = [each for each in self._idle if each not in found]
            self._idle += [(url.replace(old, new), connection) for url, connection in kept]
        for _, connection in found[: len(found) - len(kept)]:
            connection.close()
        return [connection.info.backend_pid for _, connection in kept if not connection.closed]

    def idle_pids(self) -> list[int]:
        """Return the pids of the sessions that no process uses."""
        with self._lock:
            return [connection.info.backend_pid for _, connection in self._idle if not connection.closed]

    def close(self) -> None:
        """Close the idle connections, and from now on those that are given back."""
        self._closed = True
        for _, connection in self._idle:
            connection.close()
        self._idle.clear()

    def _pop(self, url: str) -> Connection | None:
        with self._lock:
            for position in reversed(range(len(self._idle))):
                if self._idle[position][0] == url:
                    return self._idle.pop(position)[1]
        return None


class PooledDatabase(Database):
    """A database that takes its connection from a pool, and gives it back when it is closed."""

    def __init__(self, url: Callable[[], str], pool: ConnectionPool) -> None:
        super().__init__(url)
        self._pool = pool

    def close(self) -> None:
        with self._lock:
            connection, self._connection = self._connection, None
            if connection is not None:
                self._pool.give_back(self._url(), connection)

    def _open(self) -> Connection:
        return self._pool.take(self._url(), super()._open)


class PreparedDatabase(PooledDatabase):
    """A pooled database that prepares its statements, because planning takes longer than executing on a few rows.

    Plans do not change results, and `test_plans` examines the plans of production.
    """

    def _open(self) -> Connection:
        connection = super()._open()
        connection.prepare_threshold = 0
        connection.execute("SET plan_cache_mode = force_generic_plan", prepare=False)
        return connection
