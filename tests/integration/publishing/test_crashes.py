"""A process dies at every boundary, or stops there while a duplicate message arrives.

A boundary lies before and after every statement, commit, SQS call and platform call. Each test repeats its scenario for
one boundary after the other, until a run does not reach the next one; see `tests.support.sweeps` for variants of a
scenario. The platform does not prevent double posts.
"""

from collections.abc import Callable
from functools import partial
from uuid import UUID

import pytest

from tests.support.faults import Boundaries
from tests.support.sweeps import every_boundary
from tests.support.world import IMPATIENT_MS, World, dies

RECOVERY_MINUTES = 12


def published_once(world: World, post: UUID) -> None:
    times = world.platform.times_landed()
    publications = world.publications(post)
    assert publications
    for publication in publications:
        assert times[str(publication["id"])] == 1, publication
        assert publication["state"] == "published"
    assert world.status(post) == "published"


def never_early(world: World) -> None:
    for landed in world.platform.landed:
        assert landed.at >= world.due_at(landed.publication_id)


def walk(
    world: World, prepare: Callable[[], UUID], process: Callable[[Boundaries], object], *, least: int, variant: int = 0
) -> list[str]:
    """Kill ``process`` at each boundary in turn, let time pass, and check that the post was published exactly once.

    Return the names of all boundaries, at least ``least``. ``variant``: see `every_boundary`.
    """
    for number in every_boundary(variant):
        post = prepare()
        boundaries = Boundaries(number)
        died = dies(partial(process, boundaries))
        world.settle(minutes=RECOVERY_MINUTES)
        published_once(world, post)
        if not died:
            break
    never_early(world)
    assert len(boundaries.passed) >= least, boundaries.passed
    return boundaries.passed


def test_the_scheduler_dies_at_every_boundary(world: World) -> None:
    passed = walk(
        world,
        lambda: world.post(platforms=["bluesky", "mastodon"], ahead=60),
        lambda boundaries: world.tick(boundaries),
        least=12,
    )
    assert {"before commit", "after commit", "after send_message_batch", "before mark_sent"} <= set(passed)


def test_the_scheduler_dies_at_every_boundary_while_it_sends_again_what_was_lost(world: World) -> None:
    def lose() -> UUID:
        post = world.post(platforms=["bluesky", "mastodon"], ahead=30)
        world.tick()
        assert world.sqs.purge() == 2
        world.clock.advance(minutes=3)
        return post

    passed = walk(world, lose, lambda boundaries: world.tick(boundaries), least=12)
    assert {"before requeue_lost", "after requeue_lost"} <= set(passed)


def due(world: World, *script: str) -> UUID:
    """Insert a post on two platforms whose messages have just become visible, and return its id."""
    post = world.post(platforms=["bluesky", "mastodon"], ahead=30)
    world.tick()
    world.clock.advance(seconds=29)
    world.platform.script = list(script)
    return post


PUBLISHED = [
    ["land", "land"],
    ["land_then_drop", "land"],
    ["never_land", "land"],
    ["refused_connection", "land"],
    ["rate_limited", "land"],
    ["prepare_fails", "our_error_after"],
]


@pytest.mark.sweep
@pytest.mark.parametrize("script", PUBLISHED, ids="-".join)
def test_the_publisher_dies_at_every_boundary(world: World, script: list[str]) -> None:
    least = 17 if "prepare_fails" in script else 20  # two new messages are sent in one call, and no post can end
    passed = walk(
        world,
        lambda: due(world, *script),
        lambda boundaries: world.deliver(boundaries),
        least=least,
        variant=PUBLISHED.index(script),
    )
    assert {"before lease", "after lease", "before record", "after record"} <= set(passed)
    if "land" in script:
        assert {"before arm", "after arm", "before publish call", "after publish call"} <= set(passed)
        assert {"before finish_posts", "after finish_posts", "before commit", "after commit"} <= set(passed)


def test_the_publisher_dies_at_every_boundary_of_a_post_with_one_publication(world: World) -> None:
    def due_alone() -> UUID:
        post = world.post(ahead=30)
        world.tick()
        world.clock.advance(seconds=29)
        return post

    passed = walk(world, due_alone, lambda boundaries: world.deliver(boundaries), least=8)
    assert {"before arm", "after arm", "before publish call", "after publish call"} <= set(passed)
    assert {"before record", "after record"} <= set(passed)
    assert not {"before finish_posts", "before commit"} & set(passed), "the statement record ends the post"


def retrying(world: World, *script: str) -> UUID:
    """Insert a post whose preparation failed on both platforms, and whose retries are due. Return its id."""
    post = due(world, "prepare_fails", "prepare_fails", *script)
    world.deliver()
    assert [row["retrying_since"] is not None for row in world.publications(post)] == [True, True]
    world.clock.advance(seconds=5)
    return post


RETRIED = [["prepare_fails", "land"], ["prepare_fails", "land_then_drop"]]


@pytest.mark.sweep
@pytest.mark.parametrize("script", RETRIED, ids="-".join)
def test_the_publisher_dies_at_every_boundary_while_it_retries_the_preparation(world: World, script: list[str]) -> None:
    least = 19 if "land" in script else 17  # without "land", no post can end
    passed = walk(
        world,
        lambda: retrying(world, *script),
        lambda boundaries: world.deliver(boundaries),
        least=least,
        variant=RETRIED.index(script),
    )
    assert {"before record", "after record", "before send_message_batch", "after send_message_batch"} <= set(passed)
    assert {"before arm", "after arm", "before publish call"} <= set(passed)


def two_owners(world: World, *script: str) -> tuple[UUID, UUID]:
    """Insert a post of each of two owners whose messages have just become visible, the first owner's message first."""
    first = world.post(ahead=30)
    world.tick()
    second = world.post(ahead=30, owner_id="grace")
    world.tick()
    world.clock.advance(seconds=29)
    world.platform.script = list(script)
    return first, second


OF_TWO_OWNERS = [
    ["land", "land"],
    ["land", "land_then_drop"],
    ["land", "never_land"],
    ["land", "refused_connection"],
    ["refused_connection", "refused_connection"],
    ["land", "prepare_fails"],
]


@pytest.mark.sweep
@pytest.mark.parametrize("script", OF_TWO_OWNERS, ids="-".join)
def test_the_publisher_dies_at_every_boundary_while_it_leases_a_publication_without_its_message(
    world: World, script: list[str]
) -> None:
    other: list[UUID] = []

    def prepare() -> UUID:
        first, second = two_owners(world, *script)
        other[:] = [second]
        return first

    def deliver(boundaries: Boundaries) -> None:
        assert world.deliver(boundaries, count=1) == 1
        assert len(world.platform.script) == 0, "The publisher leased both publications."

    for number in every_boundary(OF_TWO_OWNERS.index(script)):
        post = prepare()
        boundaries = Boundaries(number)
        died = dies(partial(deliver, boundaries))
        world.platform.script.clear()
        world.settle(minutes=RECOVERY_MINUTES)
        published_once(world, post)
        published_once(world, other[0])
        if not died:
            break
    never_early(world)
    passed = boundaries.passed
    # the statement record also ends a post whose only publication is published
    assert len(passed) >= {"land-land": 22, "land-prepare_fails": 20}.get("-".join(script), 24)
    assert {"before list_due", "after list_due", "before lease", "after lease", "before record"} <= set(passed)
    assert ("before send_message_batch" in passed) == (script[1] not in ("land",))


def test_the_publisher_dies_at_every_boundary_while_a_message_is_on_its_last_receive(world: World) -> None:
    def last_receive() -> UUID:
        post = due(world, "refused_connection", "refused_connection")
        for _ in range(2):  # Postgres is unavailable
            for message in world.sqs.receive():
                world.sqs.messages[message.id].visible_at = world.clock.now()
        return post

    passed = walk(world, last_receive, lambda boundaries: world.deliver(boundaries), least=20)
    assert {"before send_message_batch", "after send_message_batch"} <= set(passed)


def test_the_publisher_dies_at_every_boundary_while_it_asks_what_came_of_a_call(world: World) -> None:
    def in_doubt() -> UUID:
        post = due(world, "land_then_drop", "never_land")
        world.deliver()
        world.clock.advance(seconds=5)
        return post

    passed = walk(world, in_doubt, lambda boundaries: world.deliver(boundaries), least=12)
    assert "before reconcile call" in passed


def test_the_publisher_dies_at_every_boundary_and_the_platform_cannot_tell(world: World) -> None:
    """The post may end as unknown, but is never published twice, and never recorded as published if it is not."""
    world.platform.can_tell = False
    unknown = 0
    for number in every_boundary():
        post = due(world)
        boundaries = Boundaries(number)
        died = dies(partial(world.deliver, boundaries))
        world.settle(minutes=RECOVERY_MINUTES)
        times = world.platform.times_landed()
        for publication in world.publications(post):
            landed = times[str(publication["id"])]
            assert landed <= 1
            assert publication["state"] in ("published", "unknown")
            assert publication["state"] == "unknown" or landed == 1
            unknown += publication["state"] == "unknown"
        assert world.status(post) in ("published", "failed")
        if not died:
            break
    assert unknown > 0


def test_the_dead_letter_function_dies_at_every_boundary(world: World) -> None:
    def dead() -> UUID:
        post = due(world)
        for _ in range(3):  # Postgres is unavailable at each of three receives
            for message in world.sqs.receive():
                world.sqs.messages[message.id].visible_at = world.clock.now()
        assert world.sqs.receive() == []
        assert len(world.sqs.dead) == 2
        return post

    walk(world, dead, lambda boundaries: world.resolve_dead_letters(boundaries), least=8)


DOUBLED = [["land", "land"], ["land_then_drop", "never_land"], ["prepare_fails", "prepare_fails"]]


@pytest.mark.sweep
@pytest.mark.parametrize("script", DOUBLED, ids="-".join)
def test_a_doubled_message_arrives_while_the_publisher_stands_still_at_every_boundary(
    world: World, script: list[str]
) -> None:
    """The publisher is alive but slow, so the publisher that gets the duplicates must not touch its publications."""
    for number in every_boundary(DOUBLED.index(script)):
        post = due(world, *script)
        received = world.sqs.receive()
        doubles = [message.body for message in received]

        def intrude(doubles: list[str] = doubles) -> None:
            for body in doubles:
                world.sqs.put(body)
            world.deliver(lock_timeout_ms=IMPATIENT_MS)

        boundaries = Boundaries(number, intrude)
        world.publish(received, boundaries)
        world.settle(minutes=RECOVERY_MINUTES)
        published_once(world, post)
        if boundaries.acted_at is None:
            break
    assert len(boundaries.passed) >= (20 if "prepare_fails" not in script else 10)


LEASED = [["land", "land"], ["land", "refused_connection"]]


@pytest.mark.sweep
@pytest.mark.parametrize("script", LEASED, ids="-".join)
def test_a_message_arrives_while_another_publisher_that_leased_its_publication_stands_still_at_every_boundary(
    world: World, script: list[str]
) -> None:
    """The publisher that gets the message must not touch the publication, and acknowledges the message."""
    for number in every_boundary(LEASED.index(script)):
        first, second = two_owners(world, *script)
        received = world.sqs.receive(1)

        def intrude() -> None:
            world.deliver(lock_timeout_ms=IMPATIENT_MS)

        boundaries = Boundaries(number, intrude)
        world.publish(received, boundaries)
        world.settle(minutes=RECOVERY_MINUTES)
        published_once(world, first)
        published_once(world, second)
        if boundaries.acted_at is None:
            break
    assert len(boundaries.passed) >= 20
