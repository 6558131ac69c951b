"""A post that cannot be read, as none of ours should be: it fails, and nobody else's suffers for it."""

from typing import Any
from uuid import UUID

import pytest
from psycopg.types.json import Jsonb

from minutehand.runtime.sql import Query
from tests.support.world import World

SPOIL = Query("spoil", "UPDATE social_posts SET platform_options = %(options)s WHERE id = %(id)s")
REASON = "This post cannot be composed for Bluesky because of an internal error."


@pytest.mark.parametrize("thread", [[None], [{}], [["a"]]], ids=str)
def test_it_fails_with_a_reason_and_the_others_of_its_batch_go_out(world: World, thread: Any) -> None:
    spoilt, other = spoil(world, thread)

    assert (world.status(spoilt), world.status(other)) == ("failed", "published")
    first, second = world.publications(spoilt)
    assert (first["state"], first["failure_code"], first["failure_reason"]) == ("failed", "internal_error", REASON)
    assert (second["state"], second["failure_code"]) == ("failed", "earlier_part_missing")
    assert list(world.platform.times_landed().values()) == [1]


def test_a_part_that_is_gone_fails_with_a_reason_behind_those_that_are_there(world: World) -> None:
    spoilt, other = spoil(world, [])

    assert (world.status(spoilt), world.status(other)) == ("failed", "published")
    first, second = world.publications(spoilt)
    assert first["state"] == "published"
    assert (second["state"], second["failure_code"], second["failure_reason"]) == ("failed", "internal_error", REASON)
    assert list(world.platform.times_landed().values()) == [1, 1]


def spoil(world: World, thread: Any) -> tuple[UUID, UUID]:
    """Run with a thread whose parts have become something else, and with another post."""
    spoilt, other = world.thread("One.", "Two."), world.post()
    for post in (spoilt, other):
        world.schedule(post)
    world.db.fetch(SPOIL, id=spoilt, options=Jsonb({"bluesky": {"thread": thread}}))
    world.run(minutes=3)
    return spoilt, other
