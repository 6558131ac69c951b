"""A post that cannot be read, as none of ours should be: it fails, and nobody else's suffers for it."""

from typing import Any

import pytest
from psycopg.types.json import Jsonb

from minutehand.runtime.sql import Query
from tests.support.world import World

SPOIL = Query("spoil", "UPDATE social_posts SET platform_options = %(options)s WHERE id = %(id)s")
REASON = "This post cannot be put together for Bluesky: an error on our side."


@pytest.mark.parametrize("thread", [[None], [{}], [["a"]], []], ids=str)
def test_it_fails_with_a_reason_and_the_others_of_its_batch_go_out(world: World, thread: Any) -> None:
    spoilt, other = world.thread("One.", "Two."), world.post()
    for post in (spoilt, other):
        world.schedule(post)
    world.db.fetch(SPOIL, id=spoilt, options=Jsonb({"bluesky": {"thread": thread}}))

    world.run(minutes=3)

    assert (world.status(spoilt), world.status(other)) == ("failed", "published")
    first, second = world.publications(spoilt)
    assert first["state"] == "published"  # the first part needs nothing of the others
    assert (second["state"], second["failure_code"], second["failure_reason"]) == ("failed", "internal_error", REASON)
    assert set(world.platform.times_landed().values()) == {1}
