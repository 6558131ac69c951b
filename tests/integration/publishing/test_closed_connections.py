"""Servers that close their connections without notice cost no attempt, leave nothing in doubt, and delay no post."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from statistics import median
from typing import Any, cast
from uuid import UUID

import pytest

from minutehand.platforms.bluesky.adapter import Bluesky
from minutehand.platforms.mastodon.adapter import Mastodon
from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.network import guarded_client
from minutehand.runtime.clock import SystemClock
from minutehand.runtime.sql import Query
from tests.support.closing_server import closing_proxy
from tests.support.factories import connect
from tests.support.simulator import Simulator, running
from tests.support.world import World

POSTS, AT_ONCE = 15, 5
IDLE_SECONDS = 1.0
"""Longer than a busy machine takes between the opening of a connection and its request."""
PAUSE = timedelta(milliseconds=1_400)
"""The time between two groups of posts, after which the proxy has reset the idle connections."""
POINT_TO = Query("point_to", "UPDATE social_connections SET base_url = %(url)s WHERE id = %(id)s")
TOKEN = {"identifier": "demo.bsky.example", "password": "demo-demo-demo-demo", "access_token": "demo-token"}


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with running() as simulator:
        yield simulator


@pytest.mark.parametrize(
    "idle_seconds", [IDLE_SECONDS, None], ids=["resets idle connections", "closes after each response"]
)
def test_closed_connections_cost_no_attempt(
    database_url: str, simulator: Simulator, idle_seconds: float | None
) -> None:
    clock = SystemClock()
    with ExitStack() as stack:
        url = stack.enter_context(closing_proxy(simulator.url, idle_seconds=idle_seconds))
        world = World(database_url, cast("Any", clock), concurrency=10)
        stack.callback(world.close)
        client = stack.enter_context(guarded_client(private_networks=True))
        media = MediaFetcher(client)
        adapters = {"bluesky": Bluesky(client, media), "mastodon": Mastodon(client, media)}
        world.adapters = lambda work: adapters[work.platform]
        world.token = TOKEN
        for platform in adapters:
            world.db.fetch(POINT_TO, id=connect(world.db, platform), url=f"{url}/{platform}")
        first = clock.now() + timedelta(seconds=1.5)
        posts = [
            world.post(
                content=f"Kiln {number}",
                platforms=list(adapters),
                due=first + number // AT_ONCE * PAUSE,
                media_urls=[f"{url}/media/sample.png"] if number % 3 == 0 else [],
            )
            for number in range(POSTS)
        ]

        world.run(seconds=1.5 + POSTS / AT_ONCE * PAUSE.total_seconds())

        publications = [row for post in posts for row in world.publications(post)]
        assert {_ledger(world, row["id"]) for row in publications} == {("began", "published")}
        assert {(row["state"], row["attempts"]) for row in publications} == {("published", 1)}
        assert median(row["started_at"] - row["due_at"] for row in publications) < timedelta(seconds=1)


def _ledger(world: World, publication_id: UUID) -> tuple[str, ...]:
    return tuple(world.events(publication_id))
