"""The schema revisions: up, down and up again, and numbered without gaps."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest

from minutehand.migrations import migrate
from minutehand.runtime.db import Database
from tests.support import postgres
from tests.support.threads import wait_for_blocked_process


def _tables(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return {name for (name,) in rows} - {"alembic_version"}


def test_upgrade_after_downgrade_restores_the_schema(own_database_url: str) -> None:
    before = _tables(own_database_url)
    assert {"social_posts", "publications", "publication_attempts", "events"} <= before
    migrate.downgrade(own_database_url, "base")
    assert _tables(own_database_url) == set()
    migrate.upgrade(own_database_url)
    assert _tables(own_database_url) == before


def _revisions(connection: psycopg.Connection[Any]) -> list[str]:
    rows = connection.execute("SELECT version_num FROM alembic_version ORDER BY version_num").fetchall()
    return [revision for (revision,) in rows]


@pytest.mark.parametrize("revision", ["0001", "0002", "0003"])
def test_migration_waits_for_open_transactions(own_database_url: str, revision: str) -> None:
    """A transaction that locked a row and is about to change it: neither it nor the migration may fail."""
    migrate.downgrade(own_database_url, revision)
    with psycopg.connect(own_database_url) as holder, ThreadPoolExecutor() as pool:
        holder.execute("SELECT FROM publications FOR UPDATE")
        watcher = Database(lambda: own_database_url)
        migration = pool.submit(migrate.upgrade, own_database_url)
        wait_for_blocked_process(watcher)
        holder.execute("UPDATE publications SET updated_at = now()")
        holder.commit()
        migration.result()
        watcher.close()
    with psycopg.connect(own_database_url) as connection:
        assert _revisions(connection) == migrate.head().split()


def test_second_upgrade_changes_nothing(own_database_url: str) -> None:
    migrate.upgrade(own_database_url)
    with psycopg.connect(own_database_url) as connection:
        assert _revisions(connection) == migrate.head().split()


def test_revisions_are_numbered_without_gaps() -> None:
    versions = Path(migrate.__file__).parent / "versions"
    numbers = sorted(int(path.name[:4]) for path in versions.glob("[0-9]*.py"))
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("INSERT INTO social_posts (content, owner_id, created_by) VALUES (' ', 'a', 'a')", "content_not_blank"),
        (
            """INSERT INTO social_posts (content, owner_id, created_by, status, scheduled_at)
               VALUES ('x', 'a', 'a', 'scheduled', now())""",
            "scheduled_is_complete",
        ),
        (
            "INSERT INTO social_posts (content, owner_id, created_by, scheduled_at) VALUES ('x', 'a', 'a', now())",
            "draft_has_no_time",
        ),
    ],
)
def test_named_constraint_refuses_a_broken_invariant(database_url: str, statement: str, constraint: str) -> None:
    with psycopg.connect(database_url) as connection, pytest.raises(psycopg.errors.CheckViolation) as refused:
        connection.execute(statement)
    assert refused.value.diag.constraint_name == f"social_posts_{constraint}"


def test_clone_is_a_separate_database(postgres_url: str, own_database_url: str) -> None:
    with postgres.clone(postgres_url) as other:
        assert other != own_database_url
        assert _tables(other) == _tables(own_database_url)


def test_database_that_is_ahead_stays_unchanged(own_database_url: str) -> None:
    with psycopg.connect(own_database_url) as connection:
        connection.execute("DELETE FROM alembic_version")
        connection.execute("INSERT INTO alembic_version VALUES ('9999')")
    migrate.upgrade(own_database_url)
    with psycopg.connect(own_database_url) as connection:
        assert _revisions(connection) == ["9999"]
