"""The databases that tests share: a reused database is empty, and no test can affect the next."""

from collections.abc import Iterator
from typing import Any, LiteralString

import psycopg
import pytest
from psycopg import sql

from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support import postgres
from tests.support.clock import START
from tests.support.connection_pool import PooledDatabase
from tests.support.factories import connect, make_post, make_posts
from tests.support.postgres import Databases

PID = Query("pid", "SELECT pg_backend_pid() AS pid")
SET = Query("set", "SET lock_timeout = '7s'")
SHOW = Query("show", "SHOW lock_timeout")
TABLES: LiteralString = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
SCHEMA: LiteralString = """
    SELECT concat_ws(' ', attrelid::regclass, attnum, attname, format_type(atttypid, atttypmod), attnotnull,
                     attidentity, attgenerated)
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', relname, reltuples) FROM pg_class
              WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
    UNION ALL SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef
    UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint
              WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
              WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT concat_ws(' ', sequencename, last_value) FROM pg_sequences
    ORDER BY 1
"""


@pytest.fixture
def databases(postgres_url: str) -> Iterator[Databases]:
    """Yield databases that only this test uses."""
    with Databases(postgres_url) as databases:
        yield databases


def snapshot(url: str) -> tuple[dict[str, list[Any]], list[Any]]:
    """Return the rows of each table, and the whole schema."""
    with psycopg.connect(url) as connection:
        tables = [name for (name,) in connection.execute(TABLES).fetchall()]
        everything = sql.SQL("SELECT * FROM {}")
        rows = {name: connection.execute(everything.format(sql.Identifier(name))).fetchall() for name in tables}
        return rows, connection.execute(SCHEMA).fetchall()


def oid(url: str) -> int:
    """Return the oid of a database, which a rename does not change."""
    with psycopg.connect(url) as connection:
        [(found,)] = connection.execute("SELECT oid FROM pg_database WHERE datname = current_database()").fetchall()
    return int(found)


def write_rows(url: str, posts: int) -> None:
    """Write rows, and use up an identity value in a statement that fails."""
    db = Database(lambda: url)
    connect(db, "bluesky")
    make_post(db, now=START)
    make_posts(db, posts, due=START)
    db.close()
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in ROWS:
            connection.execute(statement)
        with pytest.raises(psycopg.errors.NotNullViolation):
            connection.execute("INSERT INTO events (post_id) VALUES (NULL)")


ROWS: list[LiteralString] = [
    """INSERT INTO publications (post_id, job_id, owner_id, platform, state, due_at, next_attempt_at, queued_at)
       SELECT id, gen_random_uuid(), 'ada', 'bluesky', 'queued', now(), now(), now() FROM social_posts""",
    """INSERT INTO publication_attempts (publication_id, attempt, event, at)
       SELECT id, 1, 'began', now() FROM publications""",
    """INSERT INTO events (post_id, owner_id, actor, type, at)
       SELECT id, 'ada', 'ada', 'post.created', now() FROM social_posts""",
    "INSERT INTO ticks VALUES ('rule', now(), now(), '{}')",
]


@pytest.mark.parametrize("posts", [1, 2_000])
def test_reused_database_is_as_new(postgres_url: str, databases: Databases, posts: int) -> None:
    with postgres.clone(postgres_url) as url:
        new = snapshot(url)
    with databases.lend() as url:
        assert snapshot(url) == new
        first = oid(url)
        write_rows(url, posts)
        used = snapshot(url)
        written = [table for table, rows in used[0].items() if rows != new[0][table]]
        assert {"social_posts", "publications", "publication_attempts", "events", "ticks"} <= set(written)
        assert used[1] != new[1]

    with databases.lend() as url:
        assert oid(url) == first
        assert snapshot(url) == new


def test_leftover_session_cannot_reach_the_next_database(databases: Databases) -> None:
    with databases.lend() as url:
        left = psycopg.connect(url)
        left.execute("SELECT pg_advisory_lock(1)")
        left.execute("LOCK TABLE social_posts")

    with databases.lend() as again:
        with psycopg.connect(again, options="-c lock_timeout=1s") as connection:
            assert connection.execute("SELECT pg_try_advisory_lock(1)").fetchone() == (True,)
            connection.execute("LOCK TABLE social_posts")
        with pytest.raises(psycopg.OperationalError):
            left.execute("SELECT 1")
        with pytest.raises(psycopg.OperationalError, match="does not exist"):
            psycopg.connect(url)
    left.close()


def test_concurrent_tests_have_separate_databases(databases: Databases) -> None:
    with databases.lend() as one, databases.lend() as other:
        assert oid(one) != oid(other)


def test_schema_of_a_shared_database_cannot_change(databases: Databases) -> None:
    with databases.lend() as url:
        for statement in ("CREATE TABLE extra ()", "ALTER TABLE social_posts ADD extra text", "DROP TABLE ticks"):
            with psycopg.connect(url) as connection, pytest.raises(psycopg.errors.RaiseException, match="own_database"):
                connection.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "ANALYZE social_posts",
        "VACUUM ticks",
        "INSERT INTO alembic_version VALUES ('9999')",
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET lock_timeout = 5', current_database()); END $$",
    ],
)
def test_altered_database_is_not_reused(databases: Databases, statement: LiteralString) -> None:
    with databases.lend() as url:
        first = oid(url)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(statement)

    with databases.lend() as url:
        assert oid(url) != first


def test_session_of_the_pool_is_kept_for_the_next_test(databases: Databases) -> None:
    with databases.lend() as url:
        first = PooledDatabase(lambda: url, databases.connections)
        pid = first.fetch(PID)
        first.fetch(SET)
        first.close()

    with databases.lend() as again:
        second = PooledDatabase(lambda: again, databases.connections)
        assert second.fetch(PID) == pid
        assert second.fetch(SHOW) != [{"lock_timeout": "7s"}]
        second.close()


def test_pooled_session_cannot_reach_the_next_database(databases: Databases) -> None:
    with databases.lend() as url:
        left = PooledDatabase(lambda: url, databases.connections)
        pid = left.fetch(PID)[0]["pid"]

    with databases.lend() as again:
        with psycopg.connect(again) as connection:
            assert connection.execute("SELECT FROM pg_stat_activity WHERE pid = %s", [pid]).fetchall() == []
        with pytest.raises(psycopg.OperationalError):
            left.fetch(PID)
        left.close()
        with pytest.raises(psycopg.OperationalError, match="does not exist"):
            left.fetch(PID)
