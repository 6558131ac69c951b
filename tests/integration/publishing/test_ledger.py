"""Each guard of a lease by itself: together they overlap, so that no test of the whole would miss one of them."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from minutehand.publishing.ledger import Ledger
from minutehand.publishing.work import Outcome, Work
from minutehand.runtime.sql import Query
from tests.support.world import World

TOKEN = uuid4()
PUBLISHED = Outcome("published", "published", 1, armed=True, remote_id="1")


def leased(world: World, *, ahead: float = 0, seconds: float = 60) -> Work:
    """A publication that the ledger of ``TOKEN`` has taken for so many seconds."""
    post = world.post(ahead=ahead)
    world.schedule(post)
    [publication] = world.publications(post)
    [work] = lease(world, publication["id"], TOKEN, seconds=seconds)
    return work


def ledger(world: World, token: UUID = TOKEN) -> Ledger:
    return Ledger(world.db, world.clock, token)


def lease(world: World, publication: UUID, token: UUID, *, seconds: float = 60) -> list[Work]:
    now = world.clock.now()
    soon, until = now + timedelta(seconds=5), now + timedelta(seconds=seconds)
    return ledger(world, token).lease([publication], now=now, soon=soon, until=until)


def row(world: World, work: Work) -> dict[str, Any]:
    return world.publications(work.post_id)[0]


def test_who_holds_the_lease_saves_arms_and_records(world: World) -> None:
    work = leased(world)
    assert ledger(world).save(work.id, {"a": "1"})
    assert ledger(world).arm(work.id, {"b": "2"})
    assert ledger(world).record(work, PUBLISHED)
    after = row(world, work)
    assert (after["state"], after["checkpoint"], after["attempts"]) == ("published", {"a": "1", "b": "2"}, 1)


def test_nobody_else_does(world: World) -> None:
    work, other = leased(world), ledger(world, uuid4())
    assert not other.save(work.id, {"a": "1"})
    assert not other.arm(work.id, {})
    assert not other.record(work, PUBLISHED)
    after = row(world, work)
    assert (after["state"], after["checkpoint"], after["armed_at"]) == ("publishing", {}, None)


def test_nobody_else_takes_it_before_the_lease_is_over(world: World) -> None:
    work = leased(world, seconds=60)
    world.clock.advance(seconds=59)
    assert lease(world, work.id, uuid4()) == []
    world.clock.advance(seconds=1)
    [taken] = lease(world, work.id, uuid4())
    assert (taken.was, taken.leases) == ("publishing", 2)
    assert not ledger(world).save(work.id, {})


def test_a_call_does_not_begin_twice(world: World) -> None:
    work = leased(world)
    assert ledger(world).arm(work.id, {})
    assert not ledger(world).arm(work.id, {})
    assert world.events(work.id) == ["began"]


def test_a_call_does_not_begin_when_the_lease_is_over(world: World) -> None:
    work = leased(world, seconds=60)
    world.clock.advance(seconds=60)
    assert not ledger(world).arm(work.id, {})


def test_a_call_does_not_begin_before_its_time(world: World) -> None:
    work = leased(world, ahead=2)
    assert not ledger(world).arm(work.id, {})
    world.clock.advance(seconds=2)
    assert ledger(world).arm(work.id, {})


def test_a_call_does_not_begin_when_it_was_cancelled(world: World) -> None:
    work = leased(world)
    world.cancel(work.post_id)
    assert not ledger(world).save(work.id, {})
    assert not ledger(world).arm(work.id, {})
    assert row(world, work)["state"] == "cancelled"


def test_an_outcome_is_recorded_once(world: World) -> None:
    work = leased(world)
    ledger(world).arm(work.id, {})
    assert ledger(world).record(work, PUBLISHED)
    assert not ledger(world).record(work, PUBLISHED)
    assert world.events(work.id) == ["began", "published"]


@pytest.mark.parametrize("columns", ["job_id = gen_random_uuid()", "status = 'failed', failure_reason = 'x'"])
def test_what_belongs_to_another_job_or_to_a_post_that_has_ended_is_not_taken(world: World, columns: str) -> None:
    post = world.post(ahead=0)
    world.schedule(post)
    change = Query("change", f"UPDATE social_posts SET {columns} WHERE id = %(id)s")
    world.db.fetch(change, id=post)
    [publication] = world.publications(post)
    assert lease(world, publication["id"], TOKEN) == []
    assert ledger(world).waiting([publication["id"]], soon=world.clock.now()) == {}
