"""Connections to Postgres that one process after the other uses, because a new one takes longer than many statements.

Postgres ends the transaction and the session of a process that ends or dies. The pool does the same to a connection
that is given back. Only caches stay: what Postgres knows of the schema, and the plans of prepared statements. Planning
takes longer than executing a statement on a few rows. Plans do not change results, and `test_plans` examines the plans
of production.
"""

from collections import defaultdict
from collections.abc import Callable

import psycopg
from psycopg.rows import DictRow

from minutehand.runtime.db import Database

type Connection = psycopg.Connection[DictRow]

BEGIN_SESSION = "SET plan_cache_mode = force_generic_plan"
END_SESSION = (
    "CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ROLE; RESET ALL; UNLISTEN *; SELECT pg_advisory_unlock_all()"
)
"""DISCARD ALL without the parts that drop caches. The role becomes that of the connection string again."""


class ConnectionPool:
    """Idle connections, by their connection string."""

    def __init__(self) -> None:
        self._idle: defaultdict[str, list[Connection]] = defaultdict(list)
        self._closed = False

    def take(self, url: str, connect: Callable[[], Connection]) -> Connection:
        """Return a working connection that no other process uses, from the pool or from ``connect``."""
        while self._idle[url]:
            connection = self._idle[url].pop()
            try:
                return _begun(connection)
            except psycopg.OperationalError:  # Postgres has stopped, or has ended the session
                connection.close()
        return _begun(connect())

    def give_back(self, url: str, connection: Connection) -> None:
        """End the transaction and the session of ``connection``, and keep it for another process."""
        if self._closed:
            connection.close()
            return
        try:
            connection.rollback()
            connection.execute(END_SESSION, prepare=False)  # several statements cannot be prepared
        except psycopg.Error:
            connection.close()
        else:
            self._idle[url].append(connection)

    def close(self) -> None:
        """Close the idle connections, and from now on those that are given back."""
        self._closed = True
        for connections in self._idle.values():
            while connections:
                connections.pop().close()


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


def _begun(connection: Connection) -> Connection:
    connection.prepare_threshold = 0
    connection.execute(BEGIN_SESSION, prepare=False)
    return connection
