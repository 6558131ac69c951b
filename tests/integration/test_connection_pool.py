"""The connections that processes of `World` share: a process finds nothing of the process before it."""

from collections.abc import Iterator

import pytest

from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support.connection_pool import ConnectionPool, PooledDatabase
from tests.support.postgres import as_group

CHANGE = Query("change", "INSERT INTO ticks VALUES ('rule', now(), now(), '{}')")
COUNT = Query("count", "SELECT count(*) AS n FROM ticks")
LOCK = Query("lock", "SELECT pg_advisory_lock(1)")
TRY_LOCK = Query("try_lock", "SELECT pg_try_advisory_lock(1) AS locked")
SET = Query("set", "SET lock_timeout = '7s'")
SHOW = Query("show", "SHOW lock_timeout")
ROLE = Query("role", "SELECT current_user AS role")
PID = Query("pid", "SELECT pg_backend_pid() AS pid")
END = Query("end", "SELECT pg_terminate_backend(%(pid)s, 5000)")


@pytest.fixture
def pooled(database_url: str, connections: ConnectionPool) -> Iterator[Database]:
    database = PooledDatabase(lambda: database_url, connections)
    yield database
    database.close()


def pid(db: Database) -> int:
    [row] = db.fetch(PID)
    return int(row["pid"])


def test_closed_database_leaves_neither_transaction_nor_session(pooled: Database, db: Database) -> None:
    first = pid(pooled)
    pooled.fetch(SET)
    pooled.fetch(LOCK)
    assert db.fetch(TRY_LOCK) == [{"locked": False}]
    pooled.fetch(Query("begin", "BEGIN"))
    pooled.fetch(CHANGE)

    pooled.close()

    assert db.fetch(TRY_LOCK) == [{"locked": True}]
    assert db.fetch(COUNT) == [{"n": 0}]
    assert pid(pooled) == first
    assert pooled.fetch(SHOW) == db.fetch(SHOW)


def test_session_that_postgres_has_ended_is_not_reused(pooled: Database, db: Database) -> None:
    first, other = pid(pooled), pid(db)
    assert first != other
    pooled.close()
    db.fetch(END, pid=first)
    assert pid(pooled) not in (first, other)


def test_two_databases_have_separate_connections(
    pooled: Database, connections: ConnectionPool, database_url: str
) -> None:
    other = PooledDatabase(lambda: database_url, connections)
    assert pid(pooled) != pid(other)
    other.close()


def test_reused_connection_has_the_role_of_its_connection_string(
    connections: ConnectionPool, database_url: str
) -> None:
    pooled = PooledDatabase(lambda: as_group(database_url, "reader"), connections)
    first, role = pid(pooled), pooled.fetch(ROLE)
    pooled.fetch(Query("reset", "SET ROLE none"))
    pooled.close()

    assert (pid(pooled), pooled.fetch(ROLE)) == (first, role)
    assert role[0]["role"].endswith("_reader")
    pooled.close()
