"""A process dies or is disturbed at every boundary in the middle of a thread of three parts on two platforms.

Each part goes out once, after the part that it replies to.
"""

from collections import Counter
from collections.abc import Callable
from functools import partial
from uuid import UUID

import psycopg
import pytest

from minutehand.queue import jobs
from minutehand.runtime.actor import Actor
from minutehand.runtime.errors import Conflict
from tests.support.faults import Boundaries
from tests.support.sweeps import every_boundary
from tests.support.world import IMPATIENT_MS, World, dies

PLATFORMS = ("bluesky", "mastodon")
TEXTS = ["One", "Two", "Three"]
RECOVERY_MINUTES = 8


def begun(world: World, *script: str, delivered: int) -> UUID:
    """Publish ``delivered`` parts of a thread on both platforms; the messages of the next part have arrived."""
    post = world.thread(*TEXTS, platforms=PLATFORMS, ahead=30)
    world.tick()
    world.clock.advance(seconds=29)
    for _ in range(delivered):
        assert world.deliver() == 2
    world.platform.script = list(script)
    return post


def in_order(world: World, post: UUID) -> dict[str, list[str]]:
    """Check that each part went out once, in order, as a reply to the one before; return the texts by platform."""
    platform_of = {str(row["id"]): row["platform"] for row in world.publications(post)}
    seen: dict[str, list[str]] = {platform: [] for platform in PLATFORMS}
    last: dict[str, str | None] = dict.fromkeys(PLATFORMS)
    for landed in world.platform.landed:
        if (platform := platform_of.get(landed.publication_id)) is None:
            continue
        assert landed.reply_to == last[platform]
        last[platform] = f"remote-{landed.publication_id}"
        seen[platform].append(landed.text)
    for texts in seen.values():
        assert texts == TEXTS[: len(texts)]
    return seen


def out_whole(world: World, post: UUID) -> None:
    assert in_order(world, post) == dict.fromkeys(PLATFORMS, TEXTS)
    assert world.status(post) == "published"
    assert {row["state"] for row in world.publications(post)} == {"published"}


def walk(
    world: World, prepare: Callable[[], UUID], process: Callable[[Boundaries], object], *, variant: int = 0
) -> set[str]:
    """Kill ``process`` at each boundary in turn, and return the names of all boundaries. ``variant``: see
    `every_boundary`.
    """
    for number in every_boundary(variant):
        post = prepare()
        boundaries = Boundaries(number)
        died = dies(partial(process, boundaries))
        world.settle(minutes=RECOVERY_MINUTES)
        out_whole(world, post)
        if not died:
            return set(boundaries.passed)
    raise AssertionError


@pytest.mark.sweep
@pytest.mark.parametrize(
    ("variant", "delivered", "script"),
    [(0, 0, ["land", "land"]), (1, 1, ["land_then_drop", "land"]), (2, 1, ["never_land", "land"])],
    ids=["first", "middle-landed", "middle-never-landed"],
)
def test_publisher_of_a_thread_dies_at_every_boundary(
    world: World, variant: int, delivered: int, script: list[str]
) -> None:
    passed = walk(
        world, lambda: begun(world, *script, delivered=delivered), lambda at: world.deliver(at), variant=variant
    )
    assert {"after arm", "after record", "before release_parts", "after release_parts"} <= passed
    assert {"before commit", "after commit", "before send_message_batch", "before mark_sent"} <= passed


def test_scheduler_dies_at_every_boundary_while_it_requeues_lost_parts(world: World) -> None:
    def lose() -> UUID:
        post = begun(world, delivered=1)
        assert world.sqs.purge() == 2
        world.clock.advance(minutes=3)
        return post

    passed = walk(world, lose, lambda boundaries: world.tick(boundaries))
    assert {"after requeue_lost", "before assign_slots", "after assign_slots", "after send_message_batch"} <= passed


def test_thread_is_cancelled_at_every_boundary_of_its_second_part(world: World) -> None:
    """No part goes out after those that had begun, and the post names what was published."""
    impatient = world.impatient()
    outcomes: Counter[str] = Counter()
    for number in every_boundary():
        post = begun(world, delivered=1)

        def cancel(post: UUID = post) -> None:
            try:
                jobs.cancel(impatient, post_id=post, owner_id="ada", actor=Actor("ada"), now=world.clock.now())
                outcomes["cancelled"] += 1
            except (Conflict, psycopg.OperationalError) as refused:
                outcomes[type(refused).__name__] += 1

        boundaries = Boundaries(number, cancel)
        before = outcomes["cancelled"]
        world.deliver(boundaries)
        world.settle(minutes=4)
        seen = in_order(world, post)
        if outcomes["cancelled"] == before:
            out_whole(world, post)
        else:
            assert all(1 <= len(texts) <= 2 for texts in seen.values())
            assert {row["state"] for row in world.publications(post)} == {"published", "cancelled"}
            assert (world.status(post), world.row(post)["failure_reason"]) == ("published", None)
        if boundaries.acted_at is None:
            break
    assert outcomes["cancelled"] >= 10
    impatient.close()


@pytest.mark.sweep
def test_duplicate_messages_of_a_thread_arrive_at_every_boundary(world: World) -> None:
    for number in every_boundary(variant=1):  # variant 0 is the post of one part, in test_crashes.py
        post = begun(world, delivered=1)
        received = world.sqs.receive()
        doubles = [message.body for message in received]

        def intrude(doubles: list[str] = doubles) -> None:
            for body in doubles:
                world.sqs.put(body)
            world.deliver(lock_timeout_ms=IMPATIENT_MS)

        boundaries = Boundaries(number, intrude)
        world.publish(received, boundaries)
        world.settle(minutes=RECOVERY_MINUTES)
        out_whole(world, post)
        if boundaries.acted_at is None:
            break
    assert len(boundaries.passed) >= 20
