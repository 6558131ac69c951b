"""The tick: it claims each post once, sends each publication, and requeues lost ones."""

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from minutehand.queue.claim import TICK_BATCH
from minutehand.queue.policy import Policy
from minutehand.queue.sendable import Sendable
from minutehand.queue.tick import tick
from minutehand.runtime.pruning import BATCH_SIZE, MAX_BATCHES
from minutehand.runtime.sql import Query
from tests.support.factories import make_posts
from tests.support.faults import Boundaries
from tests.support.threads import at_once
from tests.support.world import HORIZON, World

COUNT_KEYS = Query("count_keys", "SELECT count(*) AS n FROM idempotency_keys")
MAKE_KEYS = Query(
    "make_keys",
    """INSERT INTO idempotency_keys (owner_id, operation, key, request_hash, expires_at)
       SELECT 'ada', 'create', %(prefix)s || n, '', %(expires_at)s FROM generate_series(1, %(count)s) AS n""",
)


def many(world: World, count: int, *, ahead: float = 30, **columns: Any) -> None:
    make_posts(world.db, count, due=world.clock.now() + timedelta(seconds=ahead), **columns)


def drain(world: World) -> None:
    world.concurrency = 10
    while world.deliver():
        pass


def statements(world: World) -> list[str]:
    """Run a tick, and return its statements and calls of SQS."""
    boundaries = Boundaries()
    world.tick(boundaries)
    return [name.removeprefix("before ") for name in boundaries.passed if name.startswith("before ")]


def all_out_once(world: World, count: int) -> None:
    assert world.statuses() == {"published": count}
    times = world.platform.times_landed()
    assert len(times) == count
    assert set(times.values()) == {1}


def test_overlapping_ticks_make_and_send_each_of_a_thousand_publications_once(world: World) -> None:
    many(world, 1_000, platforms=["mastodon"])
    at_once(world.tick, world.tick, world.tick)
    assert world.sqs.sent == 1_000
    assert Counter(row["state"] for row in world.publications()) == {"queued": 1_000}
    world.clock.advance(seconds=30)
    drain(world)
    all_out_once(world, 1_000)


def test_a_hundred_posts_are_out_once_though_the_queue_was_purged_in_mid_flight(world: World) -> None:
    many(world, 100)
    world.tick()
    world.clock.advance(seconds=30)
    assert world.deliver() == 10
    taken = world.sqs.receive()  # a publisher holds these when the queue is purged
    assert world.sqs.purge() == 90
    world.publish(taken)
    assert len(world.platform.landed) == 20
    world.run(minutes=4)
    all_out_once(world, 100)


def test_posts_are_claimed_in_batches_with_the_same_few_statements_each(world: World) -> None:
    many(world, 1)
    for_one = statements(world)
    many(world, 300)
    for_many = statements(world)
    assert Counter(name for name in for_many if name != "send_message_batch") == Counter(
        name for name in for_one if name != "send_message_batch"
    )
    assert for_many.count("send_message_batch") == 30
    many(world, 2 * TICK_BATCH + 1)
    for_batches = statements(world)
    assert [for_batches.count(name) for name in ("claim_due", "mark_sent", "requeue_lost")] == [3, 3, 1]


def test_what_is_beyond_the_horizon_stays_where_it_is(world: World) -> None:
    many(world, 2, ahead=119, spacing=timedelta(seconds=2))
    report = world.tick()
    assert (report.claimed, report.sent) == (1, 1)
    assert world.statuses() == {"scheduled": 1, "queued": 1}


def test_a_tick_at_its_deadline_leaves_the_rest_to_the_next(world: World) -> None:
    many(world, 2 * TICK_BATCH)

    class SlowOutbox:
        def dispatch(self, db: object, publications: list[Sendable], now: object) -> list[UUID]:
            world.clock.advance(seconds=40)
            return [publication.id for publication in publications]

    report = tick(
        world.db,
        SlowOutbox(),  # type: ignore[arg-type]
        world.clock,
        horizon=HORIZON,
        policy=Policy("sandbox"),
        deadline=world.clock.now() + timedelta(seconds=30),
    )
    assert (report.claimed, report.finished) == (TICK_BATCH, False)
    assert world.statuses() == {"queued": TICK_BATCH, "scheduled": TICK_BATCH}
    report = world.tick()
    assert (report.claimed, report.recovered, report.finished) == (TICK_BATCH, TICK_BATCH, True)
    assert world.statuses() == {"queued": 2 * TICK_BATCH}


def test_entries_that_sqs_refuses_are_sent_by_a_later_tick(world: World) -> None:
    many(world, 25)
    world.sqs.refuse = 12
    report = world.tick()
    assert (report.claimed, report.sent, report.unsent) == (25, 13, 12)
    assert world.tick().sent == 0  # their sender may still be running
    world.clock.advance(seconds=15)
    report = world.tick()
    assert (report.recovered, report.sent, report.unsent) == (12, 12, 0)
    assert world.sqs.sent == 25


def test_sqs_that_does_not_answer_harms_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def unavailable(**_: object) -> None:
        raise ConnectionError("SQS is unavailable")

    many(world, 11)
    with monkeypatch.context() as patch:
        patch.setattr(world.sqs, "send_message_batch", unavailable)
        report = world.tick()
        assert (report.claimed, report.sent, report.unsent, report.finished) == (11, 0, 11, True)
    world.run(minutes=2)
    all_out_once(world, 11)


def test_a_message_that_is_only_late_is_not_sent_again_at_once(world: World) -> None:
    many(world, 1)
    world.tick()
    world.clock.advance(seconds=30 + 59)
    assert world.tick().recovered == 0
    world.clock.advance(seconds=1)
    assert world.tick().recovered == 1
    world.deliver()
    all_out_once(world, 1)
    assert world.sqs.messages == {}


def test_a_post_without_its_approval_is_not_claimed(world: World) -> None:
    posts = [world.post(approval_status=word) for word in ("pending", "rejected", "approved")]
    world.run(minutes=3)
    assert [world.status(post) for post in posts] == ["scheduled", "scheduled", "published"]


def test_a_post_that_somebody_holds_stops_no_tick(world: World) -> None:
    held, free = world.post(), world.post()
    with world.db.transaction():
        world.db.fetch(Query("hold", "SELECT FROM social_posts WHERE id = %(id)s FOR UPDATE"), id=held)
        assert world.tick().claimed == 1
    assert [world.status(post) for post in (held, free)] == ["scheduled", "queued"]
    assert world.tick().claimed == 1


def test_answers_are_forgotten_after_their_time_a_bounded_number_a_tick(world: World) -> None:
    now = world.clock.now()
    world.db.fetch(MAKE_KEYS, prefix="old", count=MAX_BATCHES * BATCH_SIZE + 500, expires_at=now - timedelta(seconds=1))
    world.db.fetch(MAKE_KEYS, prefix="new", count=5, expires_at=now + timedelta(hours=24))
    left = []
    for _ in range(3):
        world.tick()
        left += [row["n"] for row in world.db.fetch(COUNT_KEYS)]
    assert left == [505, 5, 5]
