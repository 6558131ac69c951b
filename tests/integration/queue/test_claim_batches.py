"""The number of publications that a tick creates with one statement is limited, however many each post has."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from psycopg.types.json import Jsonb

from minutehand.queue import claim
from minutehand.queue.claim import MAX_BATCH_PUBLICATIONS, Batch, claim_due
from minutehand.queue.policy import Policy
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support.clock import START
from tests.support.factories import connect, make_post, make_posts
from tests.support.world import World

COUNTS = Query("counts", "SELECT post_id, count(*) AS count FROM publications GROUP BY post_id")
THREAD = {"bluesky": {"thread": [{"content": "more"}] * 3}}


def counts(db: Database) -> list[int]:
    """Return the number of publications of each claimed post."""
    return sorted(row["count"] for row in db.fetch(COUNTS))


def next_batch(db: Database) -> Batch:
    return claim_due(db, now=START, until=START, policy=Policy("sandbox"))


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claim, "MAX_BATCH_PUBLICATIONS", 10)


@pytest.mark.usefixtures("small_batches")
def test_batch_ends_after_its_number_of_publications(db: Database) -> None:
    for minute in range(7):
        make_post(db, now=START, due=START - timedelta(minutes=minute), platform_options=THREAD)

    batches = [next_batch(db) for _ in range(3)]

    assert batches == [Batch(3, more=True), Batch(3, more=True), Batch(1, more=False)]
    assert counts(db) == [4] * 7


@pytest.mark.usefixtures("small_batches")
def test_post_with_more_publications_than_a_batch_is_claimed_alone(db: Database) -> None:
    long = {"bluesky": {"thread": [{"content": "more"}] * 20}}
    make_post(db, now=START, due=START - timedelta(minutes=2), platform_options=long)
    make_post(db, now=START, due=START - timedelta(minutes=1))

    assert [next_batch(db), next_batch(db)] == [Batch(1, more=True), Batch(1, more=False)]
    assert counts(db) == [1, 21]


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize(
    ("columns", "each"),
    [
        pytest.param({"platform_options": THREAD}, 4, id="thread"),
        pytest.param(
            {"platforms": ["linkedin"], "platform_options": {"linkedin": {"firstComment": "a"}}}, 2, id="comment"
        ),
        pytest.param(
            {"platforms": ["linkedin"], "platform_options": {"linkedin": {"firstComment": ""}}}, 1, id="no-comment"
        ),
        pytest.param({"platforms": ["x", "bluesky", "mastodon"]}, 3, id="platforms"),
        pytest.param({"platforms": ["x", "bluesky"], "platform_options": THREAD}, 5, id="thread-on-one-platform"),
        pytest.param({"platforms": ["x"], "platform_options": THREAD}, 1, id="options-of-another-platform"),
    ],
)
def test_every_part_on_every_platform_counts(db: Database, columns: dict[str, Any], each: int) -> None:
    for _ in range(12):
        make_post(db, now=START, due=START, **columns)

    batch = next_batch(db)

    assert batch == Batch(-(-10 // each), more=True)
    assert counts(db) == [each] * batch.size


@pytest.mark.usefixtures("small_batches")
def test_every_named_connection_counts(db: Database) -> None:
    named = [connect(db, "mastodon", account_id=f"{number}@m.example", is_default=number == 0) for number in range(4)]
    for _ in range(5):
        make_post(
            db,
            now=START,
            due=START,
            platforms=["mastodon", "x"],
            connection_ids=named,
            connection_platforms=["mastodon"] * len(named),
        )

    assert [next_batch(db).size, next_batch(db)] == [2, Batch(2, more=True)]
    assert counts(db) == [5] * 4


def test_batch_of_the_largest_posts_stays_near_its_limit(db: Database) -> None:
    longest = {"bluesky": {"thread": [{"content": "more"}] * 50}}
    make_posts(db, 60, due=START)
    db.fetch(Query("lengthen", "UPDATE social_posts SET platform_options = %(options)s"), options=Jsonb(longest))

    batch = next_batch(db)

    assert batch == Batch(-(-MAX_BATCH_PUBLICATIONS // 51), more=True)
    assert sum(counts(db)) < MAX_BATCH_PUBLICATIONS + 51


@pytest.mark.usefixtures("small_batches")
def test_tick_claims_every_batch(world: World) -> None:
    for _ in range(7):
        make_post(world.db, now=START, due=START, platform_options=THREAD)

    report = world.tick()

    assert (report.claimed, report.finished) == (7, True)
    assert Counter(counts(world.db)) == {4: 7}
