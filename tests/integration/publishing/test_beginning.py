"""A thread that is known to break off is not begun, whoever has it published: the tick asks nobody's permission."""

from typing import Any

import pytest
from psycopg.types.json import Jsonb

from minutehand.runtime.sql import Query
from tests.support.factories import connect
from tests.support.world import World

LIMITS = Query("limits", "UPDATE social_connections SET limits = %(limits)s WHERE id = %(id)s")


@pytest.mark.parametrize(
    ("platform", "options", "reason"),
    [
        ("x", {"thread": ["Two.", "x" * 281]}, "Part 3: The text counts 281 characters; X allows 280."),
        ("x", {"firstComment": "x" * 281}, "First comment: The text counts 281 characters; X allows 280."),
        (
            "linkedin",
            {"thread": ["Two."]},
            "LinkedIn has no threads: take thread away, or publish its parts as posts of their own.",
        ),
    ],
)
def test_nothing_goes_out_of_what_would_break_off(
    world: World, platform: str, options: dict[str, Any], reason: str
) -> None:
    post = world.post(platforms=[platform], platform_options={platform: options})

    world.run(minutes=3)

    assert (world.status(post), world.row(post)["failure_reason"]) == ("failed", reason)
    assert world.platform.times_landed() == {}


@pytest.mark.parametrize(
    ("limits", "status"),
    [(None, "published"), ({"max_characters": 900}, "published"), ({"max_characters": 700}, "failed")],
)
def test_a_server_is_judged_by_what_it_said_itself(world: World, limits: dict[str, int] | None, status: str) -> None:
    world.db.fetch(LIMITS, id=connect(world.db, "mastodon"), limits=None if limits is None else Jsonb(limits))
    post = world.thread("One.", "x" * 800, platforms=["mastodon"])

    world.run(minutes=3)

    assert world.status(post) == status
    assert len(world.platform.times_landed()) == (2 if status == "published" else 0)
