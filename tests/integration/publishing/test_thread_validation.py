"""A thread with an invalid part is not begun, even if a tick claims it and nobody validates it first."""

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
def test_no_part_of_an_invalid_thread_is_published(
    world: World, platform: str, options: dict[str, Any], reason: str
) -> None:
    post = world.post(platforms=[platform], platform_options={platform: options})

    world.run(minutes=3)

    assert (world.status(post), world.row(post)["failure_reason"]) == ("failed", reason)
    assert world.platform.times_landed() == {}


@pytest.mark.parametrize("limits", [None, {"max_characters": 500}])
def test_limits_of_a_server_are_left_to_the_server(world: World, limits: dict[str, int] | None) -> None:
    """The limits that the server had when the account was connected may have changed."""
    world.db.fetch(LIMITS, id=connect(world.db, "mastodon"), limits=None if limits is None else Jsonb(limits))
    post = world.thread("One.", "x" * 800, platforms=["mastodon"])

    world.run(minutes=3)

    assert world.status(post) == "published"
    assert len(world.platform.times_landed()) == 2


def test_thread_that_no_server_accepts_is_not_begun(world: World) -> None:
    connect(world.db, "mastodon")
    options = {"thread": [{"content": "Two.", "mediaUrls": ["media:1"], "altTexts": {}}, " "]}
    post = world.post(content="One.", platforms=["mastodon"], platform_options={"mastodon": options})

    world.run(minutes=3)

    assert world.status(post) == "failed"
    assert world.row(post)["failure_reason"] == "Part 3: A post on Mastodon needs text, an image or a video."
    assert world.platform.times_landed() == {}
