"""Catch-up: overdue publications go out one by one, in order and within their windows, and delay no others."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest

from minutehand.queue.catch_up import AFTER_WINDOW
from minutehand.queue.claim import claim_due
from minutehand.runtime.sql import Query
from tests.support.clock import FakeClock
from tests.support.factories import connect, make_posts
from tests.support.faults import Boundaries
from tests.support.threads import at_once
from tests.support.world import HORIZON, World

SPACING = timedelta(seconds=60)
APPROVE = Query("approve", "UPDATE social_posts SET approval_status = 'approved' WHERE id = %(id)s")
RATE_LIMIT = Query(
    "rate_limit",
    """UPDATE publications SET failure_code = 'rate_limited', failure_reason = 'Wait.', next_attempt_at = %(until)s
       WHERE post_id = %(post)s""",
)


@pytest.fixture(autouse=True)
def spacing(world: World) -> None:
    world.policy = world.policy._replace(spacing=SPACING)


def posts(world: World, *windows: int | None, **columns: Any) -> list[UUID]:
    """Insert posts that are due one second apart, with these windows, in seconds; None: a day."""
    due = world.clock.now()
    return [
        world.post(due=due + timedelta(seconds=number), content=str(number), publish_within_seconds=window, **columns)
        for number, window in enumerate(windows)
    ]


def published(world: World, since: datetime) -> list[tuple[str, float]]:
    """Return the published texts in order, with the seconds after ``since`` at which each went out."""
    return [(landed.text, (landed.at - since).total_seconds()) for landed in world.platform.landed]


def gaps(world: World, account: UUID | None = None) -> list[timedelta]:
    moments = [landed.at for landed in world.platform.landed if account is None or landed.account == str(account)]
    return [after - before for before, after in pairwise(moments)]


def slot(world: World, post: UUID) -> datetime:
    [publication] = world.publications(post)
    moment = publication["next_attempt_at"]
    assert isinstance(moment, datetime)
    return moment


def claim(world: World, post: UUID) -> None:
    """Claim and send one post, as its approval does."""
    now = world.clock.now()
    with world.sending():
        claim_due(
            world.db, now=now, until=now + HORIZON, policy=world.policy._replace(unconnected="sandbox"), post_id=post
        )


def outage(world: World, **duration: float) -> datetime:
    world.clock.advance(**duration)
    return world.clock.now()


def test_overdue_posts_after_an_outage_fail_past_their_windows_or_go_out_spaced(world: World) -> None:
    spacing, down = timedelta(seconds=5), world.clock.now()
    world.policy = world.policy._replace(spacing=spacing)
    limited = range(1, 49, 2)
    of_each_minute = [
        world.post(
            due=down + timedelta(minutes=minute),
            content=f"{minute}",
            publish_within_seconds=600 if minute in limited else None,
        )
        for minute in range(59)
    ]
    back = outage(world, hours=1)

    world.run(minutes=4)

    ends = {
        (world.status(post), world.row(post)["failure_reason"]) for post in [of_each_minute[each] for each in limited]
    }
    assert ends == {
        (
            "failed",
            "This post could not be published on Bluesky within 10 minutes of its scheduled time. Retry the post.",
        )
    }
    assert [int(text) for text, _ in published(world, back)] == [each for each in range(59) if each not in limited]
    assert set(gaps(world)) == {spacing}
    assert set(world.platform.times_landed().values()) == {1}


# -- order and windows ---------------------------------------------------------------------------------------------


def test_each_connection_catches_up_in_the_order_of_times(world: World) -> None:
    accounts = [connect(world.db, "bluesky"), connect(world.db, "bluesky", account_id="other", is_default=False)]
    for account in accounts:
        posts(world, *[None] * 5, connection_ids=[account], connection_platforms=["bluesky"])
    back = outage(world, minutes=30)
    world.run(minutes=6)
    assert [moment for _, moment in published(world, back)] == [0, 0, 60, 60, 120, 120, 180, 180, 240, 240]
    for account in accounts:
        assert [landed.text for landed in world.platform.landed if landed.account == str(account)] == list("01234")
        assert gaps(world, account) == [SPACING] * 4


def test_publication_with_a_short_window_gets_an_earlier_slot(world: World) -> None:
    posts(world, None, None, 150, None)
    back = outage(world, seconds=100)
    world.run(minutes=5)
    assert published(world, back) == [("2", 0), ("0", 60), ("1", 120), ("3", 180)]


def test_publication_with_a_short_window_moves_no_further_than_needed(world: World) -> None:
    posts(world, None, None, 180, 400)
    back = outage(world, seconds=100)
    world.run(minutes=5)
    assert published(world, back) == [("0", 0), ("2", 60), ("1", 120), ("3", 180)]


def test_later_found_publication_gets_an_earlier_slot(world: World) -> None:
    patient = posts(world, None, None, None)
    [hasty] = posts(world, 200, approval_status="pending")
    back = outage(world, seconds=100)
    world.tick()
    assert [slot(world, post) for post in patient] == [back, back + SPACING, back + 2 * SPACING]
    world.db.fetch(APPROVE, id=hasty)
    world.clock.advance(seconds=1)
    claim(world, hasty)
    assert [slot(world, post) for post in patient] == [back, back + 2 * SPACING, back + 3 * SPACING]
    world.run(minutes=6)
    assert [world.status(post) for post in (*patient, hasty)] == ["published"] * 4
    assert [moment for _, moment in published(world, back)] == [1, 60, 120, 180]  # its claim was a second later


def test_publication_that_cannot_keep_its_window_gets_no_slot_and_fails_when_it_closes(world: World) -> None:
    start = world.clock.now()
    kept, lost, other = posts(world, 140, 140, None)
    back = outage(world, seconds=100)
    world.tick()
    assert slot(world, lost) == start + timedelta(seconds=141) + AFTER_WINDOW
    assert [slot(world, kept), slot(world, other)] == [back, back + SPACING]
    world.run(seconds=39)
    assert world.status(lost) == "queued"
    world.run(seconds=3)
    assert world.status(lost) == "failed"
    assert world.publications(lost)[0]["failure_code"] == "missed_window"
    assert world.row(lost)["failure_reason"] == (
        "This post could not be published on Bluesky within 140 seconds of its scheduled time. Retry the post."
    )
    world.run(minutes=3)
    assert published(world, back) == [("0", 0), ("2", 60)]


def test_publication_without_a_slot_gets_one_that_becomes_free(world: World) -> None:
    posts(world, None)
    first, second = posts(world, 150, 150)
    [later] = posts(world, None, approval_status="pending")
    back = outage(world, seconds=100)
    world.tick()
    assert [slot(world, first), slot(world, second)] == [back, back + timedelta(seconds=51) + AFTER_WINDOW]
    world.cancel(first)
    world.db.fetch(APPROVE, id=later)
    claim(world, later)
    assert slot(world, second) == back
    world.run(minutes=4)
    assert [world.status(post) for post in (second, later)] == ["published", "published"]
    assert gaps(world) == [SPACING] * 2


def test_lost_message_of_a_publication_without_a_slot_is_sent_again(world: World) -> None:
    _, lost = posts(world, 200, 110)
    outage(world, seconds=100)
    world.tick()
    world.sqs.purge()
    world.run(minutes=4)
    assert world.publications(lost)[0]["failure_code"] == "missed_window"


# -- one at a time -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("happening", ["land", "processes", "land_then_drop"])
def test_publications_claimed_one_by_one_are_spaced_from_the_last_call(world: World, happening: str) -> None:
    many = posts(world, *[None] * 5)
    world.platform.script = [happening]
    back = outage(world, minutes=30)
    for post in many:
        claim(world, post)
        world.clock.advance(seconds=1)
        world.deliver()  # of the first: a second after its slot
    assert [slot(world, post) - back for post in many[1:]] == [
        timedelta(seconds=1) + number * SPACING for number in range(1, 5)
    ]
    world.run(minutes=10)
    assert [world.status(post) for post in many] == ["published"] * 5
    assert sorted(gaps(world))[1:] == [SPACING] * 3
    assert min(gaps(world)) >= (SPACING if happening == "land" else timedelta(seconds=30))


def test_slot_counts_unless_it_was_cancelled(world: World) -> None:
    first, second, third = posts(world, None, None, None)
    outage(world, minutes=30)
    claim(world, first)
    world.clock.advance(seconds=10)
    claim(world, second)
    assert slot(world, second) == slot(world, first) + SPACING
    world.cancel(first)
    world.cancel(second)
    claim(world, third)
    assert slot(world, third) == world.clock.now()


def test_slots_are_spaced_from_a_late_publish_call(world: World) -> None:
    first, second = posts(world, None, None)
    back = outage(world, minutes=30)
    claim(world, first)
    world.clock.advance(seconds=50)
    world.deliver()
    world.clock.advance(seconds=20)
    claim(world, second)
    assert slot(world, second) == back + timedelta(seconds=50) + SPACING


def test_lost_publication_gets_a_new_slot(world: World) -> None:
    world.policy = world.policy._replace(spacing=timedelta(minutes=10))
    [post] = posts(world, None)
    outage(world, minutes=30)
    claim(world, post)
    world.sqs.purge()
    world.clock.advance(minutes=2)
    world.tick()
    assert slot(world, post) == world.clock.now()


def test_publication_past_its_window_takes_no_slot(world: World) -> None:
    posts(world, 140, 140)
    late = world.post(ahead=10, approval_status="pending")
    back = outage(world, seconds=100)
    world.tick()
    world.deliver()  # the first
    world.clock.advance(seconds=61)  # the message of the other post is late too
    world.db.fetch(APPROVE, id=late)
    claim(world, late)
    assert slot(world, late) == back + timedelta(seconds=61)


def test_slot_of_a_leased_publication_counts(world: World) -> None:
    first, second, third = posts(world, None, None, None)
    outage(world, minutes=30)
    claim(world, first)
    world.deliver()
    claim(world, second)
    world.clock.advance(seconds=55)
    for message in world.sqs.messages.values():
        message.visible_at = world.clock.now()
    seen: list[datetime] = []

    def meanwhile() -> None:
        world.clock = FakeClock(world.clock.now() - timedelta(seconds=5))  # while the second waits for its slot
        claim(world, third)
        seen.append(slot(world, third) - slot(world, second) + world.clock.now())

    now = world.clock
    world.deliver(Boundaries("before arm", meanwhile))
    assert seen == [world.clock.now() + SPACING]
    world.clock = now


def test_first_slot_is_now_after_a_long_gap(world: World) -> None:
    first, second = posts(world, None, None)
    outage(world, minutes=30)
    claim(world, first)
    world.deliver()
    world.clock.advance(seconds=60)
    claim(world, second)
    assert slot(world, second) == world.clock.now()


def test_slightly_late_publish_call_moves_no_slot(world: World) -> None:
    many = posts(world, *[None] * 4)
    late = world.post(ahead=10, approval_status="pending")
    back = outage(world, minutes=30)
    world.tick()
    world.clock.advance(seconds=0.3)
    world.deliver()
    world.db.fetch(APPROVE, id=late)
    sent = world.sqs.sent
    claim(world, late)
    assert [slot(world, post) for post in many] == [back + number * SPACING for number in range(4)]
    assert world.sqs.sent == sent  # no new message
    world.run(minutes=7)
    assert [world.status(post) for post in (*many, late)] == ["published"] * 5


# -- publications without a slot -----------------------------------------------------------------------------------


def test_publication_on_time_waits_for_no_slot(world: World) -> None:
    posts(world, *[None] * 4)
    back = outage(world, minutes=30)
    world.tick()
    due = [back + timedelta(seconds=seconds) for seconds in (0, 30, 61, 119, 180)]
    in_time = {f"in time at {moment}": moment for moment in due}
    for text, moment in in_time.items():
        world.post(due=moment, content=text)
    world.run(minutes=5)
    landed = {each.text: each.at for each in world.platform.landed}
    assert {text: landed[text] for text in in_time} == in_time
    assert [landed[str(number)] for number in range(4)] == [back + number * SPACING for number in range(4)]


def test_rate_limited_publication_keeps_its_time(world: World) -> None:
    waiting, *late = posts(world, None, None, None)
    back = outage(world, minutes=30)
    claim(world, waiting)
    until = back + timedelta(minutes=20)
    world.db.fetch(RATE_LIMIT, post=waiting, until=until)
    for post in late:
        claim(world, post)
    assert slot(world, waiting) == until
    assert [slot(world, post) for post in late] == [back, back + SPACING]


def test_lost_rate_limited_publication_gets_a_slot(world: World) -> None:
    [first] = posts(world, None)
    waiting, late = world.post(ahead=3), world.post(ahead=2, approval_status="pending")
    outage(world, minutes=30)
    for post in (first, waiting):
        claim(world, post)
    world.db.fetch(RATE_LIMIT, post=waiting, until=world.clock.now())
    world.sqs.purge()
    back = outage(world, minutes=3)
    report = world.tick()
    assert report.recovered == 2
    world.db.fetch(APPROVE, id=late)
    claim(world, late)
    assert [slot(world, post) for post in (first, late, waiting)] == [back, back + SPACING, back + 2 * SPACING]


def test_released_part_does_not_count_as_planned(world: World) -> None:
    """The clock of the planning machine is a little slow, so the next attempt seems to lie in the future."""
    thread = world.thread("One", "Two", ahead=30)
    late = world.post(ahead=-1_800, approval_status="pending")
    world.tick()
    world.clock.advance(seconds=31)
    world.deliver()
    released = world.publications(thread)[1]
    assert (released["state"], released["next_attempt_at"]) == ("queued", world.clock.now())
    world.db.fetch(APPROVE, id=late)
    own = world.clock
    world.clock = FakeClock(own.now() - timedelta(milliseconds=20))
    claim(world, late)
    world.clock = own
    assert world.publications(thread)[1] == released
    assert slot(world, late) == released["next_attempt_at"] + SPACING


def test_publication_moved_while_slots_are_planned_keeps_its_time(world: World) -> None:
    first, *planned = posts(world, None, None, None)
    [hasty] = posts(world, 200)
    back = outage(world, minutes=2)
    for post in (first, *planned):
        claim(world, post)
    until = back + timedelta(minutes=20)
    boundaries = Boundaries("before assign_slots", lambda: world.db.fetch(RATE_LIMIT, post=planned[0], until=until))
    world.tick(boundaries)
    assert boundaries.acted_at is not None
    assert slot(world, planned[0]) == until
    assert slot(world, hasty) == back + SPACING
    assert slot(world, planned[1]) == back + 3 * SPACING


# -- pauses, batches, ticks ----------------------------------------------------------------------------------------


def test_held_publications_get_slots_within_their_windows(world: World) -> None:
    many = posts(world, None, None, 240, 200)
    world.tick()
    world.pause("all")
    world.clock.advance(minutes=2)
    back = world.clock.now()
    world.resume("all")
    world.run(minutes=6)
    assert published(world, back) == [("0", 0), ("3", 60), ("2", 120), ("1", 180)]
    assert [world.status(post) for post in many] == ["published"] * 4


def test_resume_counts_only_released_publications(world: World) -> None:
    [held] = posts(world, None, campaign="spring")
    others = posts(world, None, None)
    world.pause("campaign", "spring")
    outage(world, seconds=100)
    world.tick()
    later = slot(world, others[1])

    assert world.resume("campaign", "spring") == 1

    assert world.publications(held)[0]["state"] == "queued"
    assert slot(world, others[1]) > later  # the plan moved this slot, but the publication was not held


def test_overdue_publications_go_out_at_once_without_spacing(world: World) -> None:
    world.policy = world.policy._replace(spacing=timedelta())
    many = posts(world, None, 150, None)
    back = outage(world, seconds=100)
    world.run(minutes=1)
    assert [moment for _, moment in published(world, back)] == [0, 0, 0]
    assert [world.status(post) for post in many] == ["published"] * 3


def test_overlapping_ticks_give_each_slot_once(world: World) -> None:
    make_posts(world.db, 60, due=world.clock.now(), spacing=timedelta(seconds=1))
    back = outage(world, minutes=30)
    at_once(world.tick, world.tick, *[lambda: world.tick()] * 2)
    moments = sorted(publication["next_attempt_at"] for publication in world.publications())
    assert moments == [back + number * SPACING for number in range(60)]


def test_number_of_statements_does_not_depend_on_the_backlog(world: World) -> None:
    def statements(count: int, owners: Sequence[str]) -> Counter[str]:
        for owner in owners:
            make_posts(world.db, count, due=world.clock.now() - timedelta(minutes=30), owner_id=owner)
        boundaries = Boundaries()
        world.tick(boundaries)
        return Counter(name for name in boundaries.passed if not name.endswith("send_message_batch"))

    one = statements(1, ["ada"])
    assert [one[f"before {name}"] for name in ("lock_slots", "list_slots", "assign_slots")] == [1, 1, 1]
    assert statements(50, ["ada", "bob", "cy"]) == one
