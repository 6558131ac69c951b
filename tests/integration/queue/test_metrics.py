"""Which publications and posts count as overdue, and that counting them does not read the history."""

import json
from datetime import timedelta

import pytest

from minutehand.queue import metrics as module
from minutehand.queue.metrics import Overdue, count_overdue
from minutehand.queue.policy import LATE_TOLERANCE
from minutehand.runtime.sql import Query
from tests.support.bulk_posts import WITH_TRIGGERS, WITHOUT_TRIGGERS
from tests.support.factories import make_posts
from tests.support.world import World

HISTORY = Query(
    "history",
    """WITH posts AS (
           INSERT INTO social_posts (content, platforms, status, scheduled_at, posted_at, owner_id, created_by, job_id)
           SELECT 'Post', '{bluesky}', 'published', now() - interval '1 day', now(), 'ada', 'ada', gen_random_uuid()
           FROM generate_series(1, 20000)
           RETURNING id, job_id, scheduled_at
       )
       INSERT INTO publications (post_id, job_id, owner_id, platform, state, due_at, next_attempt_at, queued_at,
                                 published_at)
       SELECT id, job_id, 'ada', 'bluesky', 'published', scheduled_at, scheduled_at, scheduled_at, now() FROM posts""",
)
ANALYZE = Query("analyze", "ANALYZE")
SET = Query(
    "set",
    """UPDATE publications
       SET state = %(state)s, next_attempt_at = %(next)s, lease_token = gen_random_uuid(), lease_until = %(next)s
       WHERE post_id = %(post)s""",
)
HOUR = timedelta(hours=1)


def count(world: World) -> Overdue:
    return count_overdue(world.db, now=world.clock.now())


def test_post_before_its_time_is_not_overdue(world: World) -> None:
    world.post(ahead=60)
    assert count(world) == Overdue()
    assert count(world) == Overdue(0, timedelta())


def test_unclaimed_post_is_overdue_after_the_tolerance(world: World) -> None:
    world.post(ahead=0)
    world.clock.advance(seconds=LATE_TOLERANCE.total_seconds())
    assert count(world) == Overdue()
    world.clock.advance(seconds=1)
    assert count(world) == Overdue(1, LATE_TOLERANCE + timedelta(seconds=1))


def test_post_that_waits_for_approval_is_not_overdue(world: World) -> None:
    world.post(ahead=0, approval_status="pending")
    world.clock.advance(minutes=10)
    assert count(world) == Overdue()


@pytest.mark.parametrize(
    ("state", "next_attempt_in", "overdue"),
    [
        ("queued", -HOUR, True),
        ("queued", HOUR, True),  # it waits for a rate limit or for its slot
        ("publishing", -HOUR, True),
        ("publishing", HOUR, True),  # it is in doubt, and is reconciled later
        ("processing", -HOUR, True),  # the next attempt is late
        ("processing", HOUR, False),
        ("held", -HOUR, False),
        ("waiting", -HOUR, False),
        ("cancelled", -HOUR, False),
    ],
)
def test_open_publication_past_its_time_is_overdue(
    state: str, next_attempt_in: timedelta, overdue: bool, world: World
) -> None:
    post = world.post(ahead=0)
    world.tick()
    world.clock.advance(minutes=6)
    world.db.fetch(SET, state=state, next=world.clock.now() + next_attempt_in, post=post)

    assert count(world) == (Overdue(1, timedelta(minutes=6)) if overdue else Overdue())


def test_overdue_age_is_that_of_the_oldest(world: World) -> None:
    world.post(ahead=0, platforms=["bluesky", "mastodon"])
    world.tick()
    world.clock.advance(minutes=2)
    world.post(ahead=-65)

    assert count(world) == Overdue(3, timedelta(minutes=2))


def test_overdue_count_is_limited(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_COUNTED", 5)
    make_posts(world.db, 20, due=world.clock.now())
    world.clock.advance(minutes=5)

    assert count(world) == Overdue(5, timedelta(minutes=5))


def test_overdue_count_does_not_read_the_history(world: World) -> None:
    world.db.fetch(Query("without_triggers", WITHOUT_TRIGGERS))
    world.db.fetch(HISTORY)
    world.db.fetch(Query("with_triggers", WITH_TRIGGERS))
    world.post(ahead=0)
    world.tick()
    world.db.fetch(ANALYZE)
    query = module._queries["overdue"]
    explain = Query("explain", "EXPLAIN (FORMAT JSON) " + query.text)

    [row] = world.db.fetch(explain, since=world.clock.now(), limit=module.MAX_COUNTED)

    plan = json.dumps(row)
    assert '"publications_open"' in plan
    assert '"social_posts_due"' in plan
    assert "Seq Scan" not in plan
