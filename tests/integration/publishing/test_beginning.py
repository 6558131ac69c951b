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
        ("x", {"thread": ["Two.", "x" * 281]}, "Part 3: The text counts as 281 characters; X allows 280."),
        ("x", {"firstComment": "x" * 281}, "First comment: The text counts as 281 characters; X allows 280."),
        (
            "linkedin",
            {"thread": ["Two."]},
            "LinkedIn has no threads. Remove thread, or publish its parts as separate posts.",
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


@pytest.mark.parametrize("limits", [None, {"max_characters": 500}])
def test_what_servers_differ_in_is_left_to_the_server_of_that_day(world: World, limits: dict[str, int] | None) -> None:
    """What it allowed when the account was connected says nothing about today."""
    world.db.fetch(LIMITS, id=connect(world.db, "mastodon"), limits=None if limits is None else Jsonb(limits))
    post = world.thread("One.", "x" * 800, platforms=["mastodon"])

    world.run(minutes=3)

    assert world.status(post) == "published"
    assert len(world.platform.times_landed()) == 2


def test_what_no_server_takes_is_known_before(world: World) -> None:
    connect(world.db, "mastodon")
    options = {"thread": [{"content": "Two.", "mediaUrls": ["media:1"], "altTexts": {}}, " "]}
    post = world.post(content="One.", platforms=["mastodon"], platform_options={"mastodon": options})

    world.run(minutes=3)

    assert world.status(post) == "failed"
    assert world.row(post)["failure_reason"] == "Part 3: A post on Mastodon needs text, an image or a video."
    assert world.platform.times_landed() == {}
