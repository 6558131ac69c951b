"""What counts as late, and that it is found without reading all that ever went out."""

import json
from datetime import timedelta

import pytest

from minutehand.queue import metrics as module
from minutehand.queue.metrics import Overdue, count_overdue
from minutehand.queue.policy import LATE_TOLERANCE
from minutehand.runtime.sql import Query
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


def look(world: World) -> Overdue:
    return count_overdue(world.db, now=world.clock.now())


def test_nothing_is_late_when_nothing_is_due(world: World) -> None:
    world.post(ahead=60)
    assert look(world) == Overdue()
    assert look(world) == Overdue(0, timedelta())


def test_a_post_that_no_tick_has_claimed_is_late_after_the_grace(world: World) -> None:
    world.post(ahead=0)
    world.clock.advance(seconds=LATE_TOLERANCE.total_seconds())
    assert look(world) == Overdue()
    world.clock.advance(seconds=1)
    assert look(world) == Overdue(1, LATE_TOLERANCE + timedelta(seconds=1))


def test_what_needs_an_approval_first_is_not_late(world: World) -> None:
    world.post(ahead=0, approval_status="pending")
    world.clock.advance(minutes=10)
    assert look(world) == Overdue()


@pytest.mark.parametrize(
    ("state", "wants_work_in", "late"),
    [
        ("queued", -HOUR, True),
        ("queued", HOUR, True),  # a rate limit, or its turn in catching up
        ("publishing", -HOUR, True),
        ("publishing", HOUR, True),  # in doubt, and to be asked later
        ("processing", -HOUR, True),  # nobody asks how far it is
        ("processing", HOUR, False),
        ("held", -HOUR, False),
        ("waiting", -HOUR, False),
        ("cancelled", -HOUR, False),
    ],
)
def test_what_is_open_past_its_time_is_late(state: str, wants_work_in: timedelta, late: bool, world: World) -> None:
    post = world.post(ahead=0)
    world.tick()
    world.clock.advance(minutes=6)
    world.db.fetch(SET, state=state, next=world.clock.now() + wants_work_in, post=post)

    assert look(world) == (Overdue(1, timedelta(minutes=6)) if late else Overdue())


def test_all_are_counted_and_the_oldest_tells_the_age(world: World) -> None:
    world.post(ahead=0, platforms=["bluesky", "mastodon"])
    world.tick()
    world.clock.advance(minutes=2)
    world.post(ahead=-65)

    assert look(world) == Overdue(3, timedelta(minutes=2))


def test_what_is_looked_at_is_bounded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_COUNTED", 5)
    make_posts(world.db, 20, due=world.clock.now())
    world.clock.advance(minutes=5)

    assert look(world) == Overdue(5, timedelta(minutes=5))


def test_history_is_not_read(world: World) -> None:
    world.db.fetch(HISTORY)
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
