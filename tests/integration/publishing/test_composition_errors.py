"""A post that cannot be composed, which no valid post is: it fails without affecting the others of its batch."""

from typing import Any
from uuid import UUID

import pytest
from psycopg.types.json import Jsonb

from minutehand.runtime.sql import Query
from tests.support.world import World

CORRUPT = Query("corrupt", "UPDATE social_posts SET platform_options = %(options)s WHERE id = %(id)s")
REASON = "This post cannot be composed for Bluesky because of an internal error. Retry the post."


@pytest.mark.parametrize("thread", [[None], [{}], [["a"]]], ids=str)
def test_post_that_cannot_be_composed_fails_alone(world: World, thread: Any) -> None:
    corrupted, other = corrupt(world, thread)

    assert (world.status(corrupted), world.status(other)) == ("failed", "published")
    first, second = world.publications(corrupted)
    assert (first["state"], first["failure_code"], first["failure_reason"]) == ("failed", "internal_error", REASON)
    assert (second["state"], second["failure_code"]) == ("failed", "earlier_part_missing")
    assert list(world.platform.times_landed().values()) == [1]


def test_missing_part_fails_after_the_parts_before_it(world: World) -> None:
    corrupted, other = corrupt(world, [])

    assert (world.status(corrupted), world.status(other)) == ("failed", "published")
    first, second = world.publications(corrupted)
    assert first["state"] == "published"
    assert (second["state"], second["failure_code"], second["failure_reason"]) == ("failed", "internal_error", REASON)
    assert list(world.platform.times_landed().values()) == [1, 1]


def corrupt(world: World, thread: Any) -> tuple[UUID, UUID]:
    """Publish a thread whose parts were replaced by ``thread``, and another post; return their ids."""
    corrupted, other = world.thread("One.", "Two."), world.post()
    for post in (corrupted, other):
        world.schedule(post)
    world.db.fetch(CORRUPT, id=corrupted, options=Jsonb({"bluesky": {"thread": thread}}))
    world.run(minutes=3)
    return corrupted, other
