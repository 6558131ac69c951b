"""Readers see each event once, whatever the order in which transactions commit."""

from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from minutehand.runtime.db import Database
from tests.support.clock import START
from tests.support.event_log import Follower, faults, restored, run
from tests.support.factories import make_post

INSERT = """INSERT INTO events (owner_id, actor, type, post_id, data, at)
            VALUES ('ada', 'ada', 'post.updated', %s, '{"version": 2}', now())"""


def xid(url: str) -> int:
    """Return a transaction id of the cluster, which grows with each transaction."""
    with psycopg.connect(url) as connection:
        [(found,)] = connection.execute("SELECT pg_current_xact_id()::text::bigint").fetchall()
    return int(found)


@pytest.fixture
def posts(db: Database) -> list[UUID]:
    return [make_post(db, now=START) for _ in range(4)]


def types(follower: Follower, db: Database) -> list[UUID]:
    """Return the posts of the events that the next call returns."""
    before = len(follower.seen)
    follower.follow(db)
    return [post for _, post, _ in follower.seen[before:]]


def test_event_of_a_long_transaction_follows_later_events(database_url: str, db: Database, posts: list[UUID]) -> None:
    first, second, third, _ = posts
    reader = Follower()
    with psycopg.connect(database_url) as long, psycopg.connect(database_url, autocommit=True) as other:
        long.execute(INSERT, [first])
        other.execute(INSERT, [second])
        assert types(reader, db) == [second]
        other.execute(INSERT, [third])
        long.commit()
    assert types(reader, db) == [first, third]
    assert types(reader, db) == []


def test_readers_miss_no_event_of_concurrent_writers(database_url: str, posts: list[UUID]) -> None:
    readers = [Follower(), Follower(), Follower()]

    written = run(database_url, posts, readers, writers=12, seconds=2, max_delay=0.4)
    for reader in readers:
        reader.catch_up(database_url)

    assert len(written.events) > 50
    assert [faults(reader, written.events) for reader in readers] == [[], [], []]


def test_cursor_remains_valid_after_a_restore_into_a_new_cluster(
    database_url: str, posts: list[UUID], server_folder: Path
) -> None:
    early, behind, late = Follower(), Follower(), Follower()
    before = run(database_url, posts, [early], writers=4, seconds=0.5, max_delay=0.1)
    behind.catch_up(database_url)
    unread = run(database_url, posts, [], writers=4, seconds=0.3, max_delay=0.05)
    dumped = xid(database_url)

    with restored(database_url, server_folder) as copy:
        restarted = xid(copy)
        after = run(copy, posts, [early, behind, late], writers=4, seconds=0.5, max_delay=0.1)
        for reader in (early, behind, late):
            reader.catch_up(copy)

    written = before.events | unread.events | after.events
    assert restarted < dumped
    assert min(len(each.events) for each in (before, unread, after)) > 5
    assert [faults(reader, written) for reader in (early, behind, late)] == [[], [], []]


def test_reader_that_waits_too_long_for_the_numbering_returns_what_is_numbered(
    database_url: str, db: Database, posts: list[UUID]
) -> None:
    first, second, *_ = posts
    reader = Follower()
    with psycopg.connect(database_url) as stuck, psycopg.connect(database_url, autocommit=True) as other:
        other.execute(INSERT, [first])
        assert types(reader, db) == [first]
        other.execute(INSERT, [second])
        stuck.execute("SELECT number_events('ada', 1000)")
        assert types(reader, db) == []
    assert types(reader, db) == [second]


def test_writer_does_not_wait_for_a_reader(database_url: str, posts: list[UUID]) -> None:
    with psycopg.connect(database_url) as reading, psycopg.connect(database_url) as writing:
        writing.execute(INSERT, [posts[0]])
        writing.commit()
        reading.execute("SELECT number_events('ada', 1000)")
        writing.execute("SET lock_timeout = '10ms'")
        writing.execute(INSERT, [posts[1]])
        writing.commit()
        [(number,)] = reading.execute("SELECT count(*) FROM events WHERE position IS NULL").fetchall()

    assert number == 1


def test_event_that_is_being_deleted_gets_no_position(database_url: str, db: Database, posts: list[UUID]) -> None:
    reader = Follower()
    with psycopg.connect(database_url) as pruning, psycopg.connect(database_url, autocommit=True) as other:
        for post in posts[:3]:
            other.execute(INSERT, [post])
        pruning.execute("DELETE FROM events WHERE post_id = %s", [posts[1]])
        before = types(reader, db)
        pruning.commit()
        other.execute(INSERT, [posts[3]])
        after = types(reader, db)
        positions = other.execute("SELECT position FROM events ORDER BY id").fetchall()

    assert before == [posts[0], posts[2]]
    assert after == [posts[3]]
    assert positions == [(1,), (2,), (3,)]
