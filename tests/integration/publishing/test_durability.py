"""A crash of Postgres may forget a lease, but no armed publication."""

import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import psycopg
import pytest

from local.shared_memory import shared_memory
from minutehand.publishing.ledger import Ledger
from tests.support import postgres
from tests.support.clock import FakeClock
from tests.support.world import World


class Wal(NamedTuple):
    """The size of the write-ahead log, and the size of its part on the disk, in bytes."""

    inserted: int
    flushed: int


def wal(url: str) -> Wal:
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn, pg_current_wal_flush_lsn() - '0/0'::pg_lsn"
        ).fetchone()
    assert row is not None
    return Wal(int(row[0]), int(row[1]))


@pytest.fixture
def durable_world(clock: FakeClock) -> Iterator[World]:
    """Yield a world whose commits wait for the disk. Other changes are written only every ten seconds."""
    with (
        tempfile.TemporaryDirectory(prefix="minutehand-", dir=shared_memory()) as folder,
        postgres.embedded_server(
            Path(folder) / "postgres", synchronous_commit="on", wal_writer_delay="10s", wal_writer_flush_after="1GB"
        ) as server_url,
        postgres.template(server_url),
        postgres.clone(server_url) as url,
    ):
        world = World(url, clock)
        yield world
        world.close()


def test_armed_publication_and_its_lease_are_on_the_disk_before_the_publish_call(durable_world: World) -> None:
    world, now = durable_world, durable_world.clock.now()
    post = world.post(ahead=0)
    world.schedule(post)
    [publication] = world.publications(post)
    ledger = Ledger(world.db, world.clock, uuid4())

    ledger.lease([publication["id"]], now=now, soon=now, until=now + timedelta(seconds=60))
    leased = wal(world.url)
    assert leased.flushed < leased.inserted  # the commit of the lease did not wait

    assert ledger.arm(publication["id"], {})
    assert wal(world.url).flushed > leased.inserted
