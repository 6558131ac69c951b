"""Postgres stops while posts fall due, and connections break in mid-flight: no verdict on any post."""

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from local.ports import unused
from local.postgres import EmbeddedPostgres
from minutehand.migrations.migrate import upgrade
from minutehand.runtime.sql import Query
from tests.support.clock import FakeClock
from tests.support.factories import make_posts
from tests.support.faults import Boundaries
from tests.support.world import World

POSTS = 40
BREAK = Query(
    "break",
    """SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'minutehand' AND pid <> pg_backend_pid()""",
)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    """A server of this test's own, that it may stop."""
    server = EmbeddedPostgres(tmp_path / "postgres", unused())
    server.start()
    try:
        yield server
    finally:
        if server.is_running():
            server.stop()


def all_out_once(world: World, count: int) -> None:
    assert world.statuses() == {"published": count}
    times = world.platform.times_landed()
    assert len(times) == count
    assert set(times.values()) == {1}
    for landed in world.platform.landed:
        assert landed.at >= world.due_at(landed.publication_id)


def survives_outage(process: Callable[[], object]) -> None:
    """Run what AWS runs, whatever comes of it."""
    try:
        process()
    except psycopg.OperationalError:
        return


@pytest.mark.usefixtures("clock")
def test_posts_that_fall_due_while_postgres_is_stopped_are_out_once_after_it_returns(
    server: EmbeddedPostgres, clock: FakeClock
) -> None:
    upgrade(server.url)
    world = World(f"{server.url}?application_name=minutehand", clock, concurrency=10)
    try:
        # due 30 s to 170 s from now: some have been sent when it stops, some only fall due after it is back
        make_posts(world.db, POSTS, due=clock.now() + (clock.now() - clock.now()), platforms=["bluesky"])
        world.tick()
        server.stop()
        for _ in range(4):
            clock.advance(seconds=30)
            survives_outage(world.tick)
            while world.sqs.messages and survives_delivery(world):
                pass
            survives_outage(world.bury)
        assert world.platform.landed == []
        server.start()
        world.run(minutes=15)
        all_out_once(world, POSTS)
    finally:
        world.close()
