"""Posts that get their time within the horizon, and changes to queued posts."""

import itertools
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
import pytest

from minutehand.runtime.db import Database
from minutehand.runtime.errors import Conflict
from minutehand.runtime.timestamps import format_timestamp
from tests.support.clock import START
from tests.support.faults import Boundaries, BoundaryDatabase
from tests.support.world import World, dies

OLD, NEW = "The kiln is warm.", "The kiln is cold."


def near(world: World, *, ahead: float = 60, **fields: Any) -> UUID:
    """Create a post that is due within the horizon, without scheduling it, and return its id."""
    at = format_timestamp(world.clock.now() + timedelta(seconds=ahead))
    return UUID(world.write(**({"content": OLD, "platforms": ["bluesky"], "scheduledAt": at} | fields))["id"])


def contents(world: World) -> list[str]:
    return [landed.text for landed in world.platform.landed]


@pytest.mark.parametrize("ahead", [5, 30, 90])
def test_near_post_is_published_on_time_without_a_tick(world: World, ahead: int) -> None:
    for second in range(0, 60, 3):
        world.clock.sleep_until(START + timedelta(minutes=5 * second, seconds=second))
        post = near(world, ahead=ahead)
        world.deliver_all(seconds=ahead + 1)
        [publication] = world.publications(post)
        assert world.status(post) == "published"
        assert timedelta() <= publication["started_at"] - publication["due_at"] < timedelta(seconds=1)


def test_queued_post_is_published_with_its_newest_content(world: World) -> None:
    post = near(world)

    assert world.edit(post, content="First try")["status"] == "queued"
    assert world.edit(post, content=NEW)["status"] == "queued"

    world.run(minutes=5)
    assert contents(world) == [NEW]
    assert world.status(post) == "published"


def test_queued_post_that_is_edited_and_deleted_is_never_published(world: World) -> None:
    post = near(world)
    world.edit(post, content="First try")
    world.edit(post, content=NEW)
    world.delete(post)

    world.run(minutes=5)

    assert contents(world) == []
    assert world.publications() == []


def test_queued_post_that_moves_beyond_the_horizon_waits_for_its_new_time(world: World) -> None:
    post, later = near(world), world.clock.now() + timedelta(minutes=30)

    assert world.edit(post, scheduledAt=format_timestamp(later))["status"] == "scheduled"

    world.run(minutes=29)
    assert contents(world) == []
    world.run(minutes=2)
    assert [landed.at for landed in world.platform.landed] == [later]


def test_queued_post_without_a_time_becomes_a_draft(world: World) -> None:
    post = near(world)

    assert world.edit(post, scheduledAt=None)["status"] == "draft"

    world.run(minutes=5)
    assert contents(world) == []


def test_edited_post_that_needs_approval_waits_for_it_again(world: World) -> None:
    post = near(world)
    edited = world.edit(post, approvalRequired=True)

    world.run(minutes=5)

    assert (edited["status"], edited["approvalStatus"]) == ("scheduled", "pending")
    assert contents(world) == []


def test_paused_post_stays_held_after_an_edit(world: World) -> None:
    world.pause("all")
    post = near(world)
    world.edit(post, content=NEW)

    world.run(minutes=3)
    assert contents(world) == []
    world.resume("all")
    world.run(minutes=1)
    assert contents(world) == [NEW]


@pytest.mark.parametrize("change", ["edit", "delete"])
def test_post_whose_publish_call_has_begun_is_not_changed(world: World, change: str) -> None:
    post = near(world, platforms=["bluesky", "mastodon"])
    world.platform.script = ["land", "rate_limited"]
    world.clock.advance(seconds=60)
    world.deliver()

    with pytest.raises(Conflict) as refused:
        world.edit(post, content=NEW) if change == "edit" else world.delete(post)

    assert refused.value.code == "too_late"
    world.run(minutes=20)
    assert contents(world) == [OLD, OLD]
    assert world.status(post) == "published"


def test_refused_edit_of_a_queued_post_changes_nothing(world: World) -> None:
    post = near(world)
    before, publications = world.row(post), world.publications(post)

    with pytest.raises(Conflict, match="version"):
        world.edit(post, content=NEW, version=1)

    assert (world.row(post), world.publications(post)) == (before, publications)


def test_edit_of_a_queued_post_dies_at_every_boundary(world: World) -> None:
    for number in itertools.count():
        post = near(world)
        boundaries = Boundaries(number)
        db = BoundaryDatabase(lambda: world.url, world.connections, boundaries)
        died = dies(partial(world.edit, post, db=db, content=NEW))
        db.close()
        committed = world.row(post)["content"]
        world.settle(minutes=12)
        assert world.status(post) == "published"
        assert contents(world) == [committed]
        assert died or committed == NEW
        world.platform.landed.clear()
        if not died:
            break
    assert number > 12
    assert {"before take_back", "after claim_due", "after commit"} <= set(boundaries.passed)


def race(world: World, change: Callable[[UUID, Database], object]) -> list[tuple[str, bool, list[str]]]:
    """Publish a post, with ``change`` at each boundary of the publisher in turn.

    Return the name of each boundary, whether the change was made, and the contents that were published.
    """
    seen: list[tuple[str, bool, list[str]]] = []
    for number in itertools.count():
        post, changed = near(world), False

        def intrude(post: UUID = post) -> None:
            nonlocal changed
            db = world.impatient()
            try:
                change(post, db)
                changed = True
            except (Conflict, psycopg.errors.LockNotAvailable):
                pass  # refused, or the publisher holds a lock for which a real call would wait
            finally:
                db.close()

        world.clock.advance(seconds=59)
        boundaries = Boundaries(number, intrude)
        world.deliver(boundaries)
        world.settle(minutes=12)
        if boundaries.acted_at is None:
            return seen
        seen.append((boundaries.acted_at, changed, contents(world)))
        world.platform.landed.clear()
    raise AssertionError("unreachable")


def test_edit_at_every_boundary_of_the_publisher_publishes_one_content_once(world: World) -> None:
    def edit(post: UUID, db: Database) -> None:
        world.edit(post, db=db, content=NEW)

    seen = race(world, edit)

    for boundary, changed, published in seen:
        assert published == [NEW if changed else OLD], boundary
    assert {changed for _, changed, _ in seen} == {True, False}
    assert next(changed for boundary, changed, _ in seen if boundary == "before arm")


def test_delete_at_every_boundary_of_the_publisher_publishes_nothing_or_is_refused(world: World) -> None:
    seen = race(world, lambda post, db: world.delete(post, db=db))

    for boundary, deleted, published in seen:
        assert published == ([] if deleted else [OLD]), boundary
    assert {deleted for _, deleted, _ in seen} == {True, False}


def landed_at(world: World) -> list[datetime]:
    return [landed.at for landed in world.platform.landed]


def test_post_to_publish_now_is_published_at_once(world: World) -> None:
    now = world.clock.now()
    post = world.write(content=OLD, platforms=["bluesky"], publish="now")

    assert (post["status"], post["scheduledAt"]) == ("queued", format_timestamp(now))
    world.deliver_all(seconds=1)
    assert landed_at(world) == [now]


def test_post_to_publish_now_waits_for_its_approval(world: World) -> None:
    post = UUID(world.write(content=OLD, platforms=["bluesky"], publish="now", approvalRequired=True)["id"])
    world.run(minutes=5)
    world.clock.advance(days=2)
    world.tick()
    assert landed_at(world) == []
    now = world.clock.now()

    assert world.edit(post, roles="approver", approvalRequired=False)["status"] == "queued"

    world.deliver_all(seconds=1)
    assert landed_at(world) == [now]
