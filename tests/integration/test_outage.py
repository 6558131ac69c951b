"""Postgres stops while posts fall due, or connections break during a statement: no post fails for that."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from local.postgres import EmbeddedPostgres
from minutehand.runtime.sql import Query
from tests.support import postgres
from tests.support.clock import FakeClock
from tests.support.factories import make_posts
from tests.support.faults import Boundaries
from tests.support.ports import unused_port
from tests.support.world import World

POSTS = 40
BREAK = Query(
    "break",
    """SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'minutehand'
         AND pid <> pg_backend_pid() AND pid <> ALL(%(idle)s)""",
)
"""Ends the sessions of the running process. Those of the pool stay, because no process has them."""


@pytest.fixture
def server(server_folder: Path) -> Iterator[EmbeddedPostgres]:
    """Yield a server of Postgres with the template, that only this test uses, and may stop."""
    server = EmbeddedPostgres(server_folder / "postgres", unused_port())
    server.start()
    try:
        with postgres.template(server.url):
            yield server
    finally:
        server.stop()


def test_posts_that_fall_due_while_postgres_is_stopped_are_out_once_when_it_is_back(
    server: EmbeddedPostgres, clock: FakeClock
) -> None:
    world = World(postgres.with_database(server.url, postgres.TEMPLATE), clock, concurrency=10)
    # Every four seconds one is due. When Postgres stops, some are published, some are in their publish calls, most are
    # sent, and some are not claimed yet.
    make_posts(world.db, POSTS, due=clock.now(), spacing=timedelta(seconds=4))
    world.tick()
    world.deliver()
    clock.advance(seconds=8)
    stop = Boundaries("before record", server.stop)
    world.deliver(stop)
    assert stop.acted_at is not None
    world.db.close()
    begun = len(world.platform.landed)
    assert 1 < begun < POSTS

    for _ in range(4):
        clock.advance(seconds=30)
        with pytest.raises(psycopg.OperationalError):
            world.tick()
        while world.deliver():
            pass
    assert len(world.platform.landed) == begun
    assert world.sqs.dead == []  # a message on its last receive is replaced by a copy

    server.start()
    world.run(minutes=10)
    assert world.statuses() == {"published": POSTS}
    assert list(world.platform.times_landed().values()) == [1] * POSTS
    world.close()


@pytest.mark.parametrize("process", ["tick", "deliver"])
def test_connections_break_at_every_boundary_and_each_post_is_out_once(world: World, process: str) -> None:
    def prepare() -> tuple[UUID, Callable[[Boundaries], object]]:
        post = world.post(platforms=["bluesky", "mastodon"], ahead=30)
        if process == "deliver":
            world.tick()
            world.clock.advance(seconds=29)
        return post, world.deliver if process == "deliver" else world.tick

    for number in itertools.count():
        post, run = prepare()
        boundaries = Boundaries(number, lambda: world.db.fetch(BREAK, idle=world.connections.idle_pids()))
        with suppress(psycopg.OperationalError):
            run(boundaries)
        world.settle(minutes=6)
        assert world.status(post) == "published"
        assert [world.platform.times_landed()[str(row["id"])] for row in world.publications(post)] == [1, 1]
        if boundaries.acted_at is None:
            break
    assert number > 10
