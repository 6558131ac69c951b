"""A publisher stops at each boundary in turn, while its post is cancelled, or another publisher takes over."""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from uuid import UUID

import psycopg
import pytest

from minutehand.queue import jobs
from minutehand.runtime.actor import Actor
from minutehand.runtime.db import Database
from minutehand.runtime.errors import Conflict
from tests.support.faults import Boundaries
from tests.support.sweeps import every_boundary
from tests.support.world import IMPATIENT_MS, World

IN_CALL = ("after arm", "before publish call")
"""Boundaries at which no publisher outlives its lease, because Lambda has ended it by then."""


@pytest.fixture
def impatient(world: World) -> Iterator[Database]:
    db = world.impatient()
    yield db
    db.close()


def stop_at_each(
    world: World, script: list[str], act: Callable[[UUID, str, list[str]], object], *, variant: int = 0
) -> Iterator[UUID]:
    """Stop a publisher at each boundary, call ``act``, and yield each post after its publications have ended.

    ``variant``: see `every_boundary`.
    """
    for number in every_boundary(variant):
        post = world.post(platforms=["bluesky", "mastodon"], ahead=30)
        world.tick()
        world.clock.advance(seconds=29)
        world.platform.script = list(script)
        received = world.sqs.receive()
        bodies = [message.body for message in received]
        passed: list[str] = []
        boundaries = Boundaries(
            number, partial(lambda post, bodies, passed: act(post, passed[-1], bodies), post, bodies, passed)
        )
        boundaries.passed = passed
        world.publish(received, boundaries)
        world.settle(minutes=4)
        yield post
        if boundaries.acted_at is None:
            break
    assert len(passed) >= 20


@pytest.mark.parametrize("script", [["land", "land"], ["never_land", "land"]], ids="-".join)
def test_post_is_cancelled_while_its_publisher_stops(world: World, impatient: Database, script: list[str]) -> None:
    answers: dict[UUID, str] = {}
    moments: dict[str, set[str]] = {}

    def cancel(post: UUID, moment: str, _: list[str]) -> None:
        try:
            jobs.cancel(impatient, post_id=post, owner_id="ada", actor=Actor("ada"), now=world.clock.now())
            answers[post] = "cancelled"
        except (Conflict, psycopg.OperationalError) as refused:
            answers[post] = type(refused).__name__
        moments.setdefault(answers[post], set()).add(moment)

    ends: Counter[tuple[str, str]] = Counter()
    for post in stop_at_each(world, script, cancel):
        answer, status = answers.get(post, "never asked"), world.status(post)
        ends[answer, status] += 1
        times = world.platform.times_landed()
        states = {row["state"]: times[str(row["id"])] for row in world.publications(post)}
        if answer != "cancelled":
            assert (states, status) == ({"published": 1}, "published")
        elif status == "draft":
            assert states == {"cancelled": 0}
        else:
            assert (states, status) == ({"cancelled": 0, "published": 1}, "published")
    assert {("cancelled", "draft"), ("cancelled", "published"), ("Conflict", "published")} <= set(ends)
    assert "before arm" in moments["cancelled"]


TAKEN_OVER = [["land", "land"], ["refused_connection", "land"], ["land_then_drop", "land"]]


@pytest.mark.sweep
@pytest.mark.parametrize("script", TAKEN_OVER, ids="-".join)
def test_expired_lease_is_taken_over_without_a_double_post(world: World, script: list[str]) -> None:
    def take_over(_: UUID, moment: str, bodies: list[str]) -> None:
        if moment in IN_CALL:
            return
        world.clock.advance(seconds=120)
        for _again in range(3):
            for body in bodies:
                world.sqs.put(body)
            world.deliver(lock_timeout_ms=IMPATIENT_MS)
            world.clock.advance(seconds=10)

    for post in stop_at_each(world, script, take_over, variant=TAKEN_OVER.index(script)):
        times = world.platform.times_landed()
        assert [(row["state"], times[str(row["id"])]) for row in world.publications(post)] == [("published", 1)] * 2
        assert world.status(post) == "published"
