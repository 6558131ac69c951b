"""Old events and attempts are deleted, and their number does not slow down the deletion."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, LiteralString

import psycopg
import pytest

from minutehand.events import pruning
from minutehand.events.pruning import MAX_BATCHES, Pruned, prune_history
from minutehand.posts.configs.archiver import ArchiverConfig
from minutehand.runtime import pruning as batches
from minutehand.runtime.config import BadConfiguration
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support.api import CONTEXT, Api, sample
from tests.support.clock import FakeClock
from tests.support.cold_start import ENVIRON, start
from tests.support.postgres import as_group

NOW = datetime.now(UTC)
"""The database keeps the last seven days by its own clock."""
DAY = timedelta(days=1)
ADD_EVENTS = Query(
    "add_events",
    """INSERT INTO events (owner_id, actor, type, at)
       SELECT 'ada', 'ada', 'post.created', %(at)s::timestamptz FROM generate_series(1, %(count)s)""",
)
ADD_ATTEMPTS = Query(
    "add_attempts",
    """INSERT INTO publication_attempts (publication_id, attempt, event, at)
       SELECT gen_random_uuid(), 1, 'began', %(at)s::timestamptz FROM generate_series(1, %(count)s)""",
)
LEFT = Query(
    "left",
    """SELECT (SELECT count(*) FROM events) AS events, (SELECT count(*) FROM publication_attempts) AS attempts""",
)
OLD_ROWS = 5_000
ROWS = 100_000
"""Enough rows that a call that reads all of them is noticed."""


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


def add(db: Database, *, age: timedelta, count: int = 1) -> None:
    for query in (ADD_EVENTS, ADD_ATTEMPTS):
        db.fetch(query, at=NOW - age, count=count)


def left(db: Database) -> tuple[int, int]:
    [row] = db.fetch(LEFT)
    return row["events"], row["attempts"]


def prune(db: Database, clock: FakeClock, *, days: int = 90) -> Pruned:
    return prune_history(db, clock, days=days, deadline=clock.now() + timedelta(minutes=1))


def test_rows_are_deleted_after_the_given_number_of_days(db: Database, clock: FakeClock) -> None:
    add(db, age=91 * DAY, count=3)
    add(db, age=90 * DAY - timedelta(seconds=1), count=2)

    assert prune(db, clock) == Pruned(events=3, attempts=3)
    assert left(db) == (2, 2)
    assert prune(db, clock, days=89) == Pruned(events=2, attempts=2)


def test_rows_are_deleted_in_batches_until_the_deadline(
    db: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "BATCH_SIZE", 10)
    add(db, age=100 * DAY, count=35)

    assert prune_history(db, clock, days=90, deadline=clock.now()) == Pruned(0, 0)
    monkeypatch.setattr(pruning, "MAX_BATCHES", 2)
    assert prune(db, clock) == Pruned(20, 20)
    monkeypatch.setattr(pruning, "MAX_BATCHES", MAX_BATCHES)
    assert prune(db, clock) == Pruned(15, 15)


def test_row_that_is_not_old_does_not_keep_older_rows(
    db: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong clock may have written it."""
    monkeypatch.setattr(batches, "BATCH_SIZE", 2)
    add(db, age=-DAY, count=5)
    add(db, age=100 * DAY, count=7)

    assert prune(db, clock) == Pruned(7, 7)
    assert left(db) == (5, 5)


def test_database_keeps_the_last_seven_days(db: Database, clock: FakeClock) -> None:
    add(db, age=6 * DAY)
    add(db, age=8 * DAY)

    assert prune(db, clock, days=0) == Pruned(1, 1)
    assert left(db) == (1, 1)


def test_locked_event_is_skipped(db: Database, database_url: str, clock: FakeClock) -> None:
    add(db, age=100 * DAY, count=2)
    with psycopg.connect(database_url) as other:
        other.execute("SELECT FROM events ORDER BY id LIMIT 1 FOR UPDATE")
        first = prune(db, clock)
    second = prune(db, clock)

    assert (first.events, second.events) == (1, 1)


def test_archiver_deletes_with_the_role_of_the_scheduler(db: Database, database_url: str, clock: FakeClock) -> None:
    add(db, age=31 * DAY)
    limited = Database(lambda: as_group(database_url, "scheduler"))
    app = start("archiver", db=limited, clock=clock, environ=ENVIRON | {"EVENT_DAYS": "30"})
    context = SimpleNamespace(**vars(CONTEXT), get_remaining_time_in_millis=lambda: 300_000)

    report = app.handler(sample("archiver"), context)

    assert report == {"count": 0, "complete": True, "events": 1, "attempts": 1, "cards": 0}
    limited.close()


def test_archiver_refuses_to_delete_events_of_the_last_week() -> None:
    with pytest.raises(BadConfiguration, match="EVENT_DAYS"):
        ArchiverConfig.from_environ(ENVIRON | {"EVENT_DAYS": "6"})


def test_history_shows_what_is_kept(api: Api, db: Database, clock: FakeClock) -> None:
    post = api.create()
    db.fetch(Query("age", "UPDATE events SET at = %(at)s"), at=NOW - 91 * DAY)
    api.call("update_post", {"postId": post["id"], "content": "Cold."})
    prune(db, clock)

    history = api.call("get_post", query={"postId": post["id"], "include": "history"}).body["history"]

    assert [event["type"] for event in history] == ["post.updated"]


def blocks(connection: psycopg.Connection[Any], function: str, max_rows: int) -> int:
    """Return the number of blocks that a call reads."""
    explained = connection.execute(
        f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT {function}(%s, %s)", [NOW - 90 * DAY, max_rows]
    ).fetchone()
    assert explained is not None
    plan = explained[0][0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


@pytest.mark.parametrize(
    ("function", "table", "query"),
    [("prune_events", "events", ADD_EVENTS), ("prune_attempts", "publication_attempts", ADD_ATTEMPTS)],
    ids=["events", "attempts"],
)
def test_call_reads_few_blocks_of_a_large_table(
    own_database_url: str, function: str, table: LiteralString, query: Query
) -> None:
    with psycopg.connect(own_database_url, autocommit=True) as connection:
        connection.execute(query.text, {"at": NOW - 100 * DAY, "count": OLD_ROWS})
        connection.execute(query.text, {"at": NOW - DAY, "count": ROWS})
        connection.execute(f"ANALYZE {table}")
        [(size,)] = connection.execute("SELECT pg_relation_size(%s) / 8192", [table]).fetchall()

        first = blocks(connection, function, 20)
        while connection.execute(f"SELECT {function}(%s, 1000)", [NOW - 90 * DAY]).fetchone() != (0,):
            pass
        nothing = blocks(connection, function, 20)

    assert max(first, nothing) < size / 2
