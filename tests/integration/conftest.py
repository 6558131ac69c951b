"""Fixtures of tests that follow posts from their creation to the platform, and of tests that call the simulator."""

from collections.abc import Iterator

import httpx
import pytest

from minutehand.platforms.network import guarded_client
from tests.support.clock import FakeClock
from tests.support.connection_pool import ConnectionPool
from tests.support.postgres import Databases
from tests.support.simulator import Simulator, running
from tests.support.world import World


@pytest.fixture
def connections(databases: Databases) -> ConnectionPool:
    """Return the pool of the connections that tests use one after another."""
    return databases.connections


@pytest.fixture
def world(database_url: str, clock: FakeClock, connections: ConnectionPool) -> Iterator[World]:
    world = World(database_url, clock, connections)
    yield world
    world.close()


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with guarded_client(private_networks=True) as client:
        yield client


@pytest.fixture(scope="module")
def running_simulator() -> Iterator[Simulator]:
    with running() as simulator:
        yield simulator


@pytest.fixture
def simulator(running_simulator: Simulator) -> Simulator:
    running_simulator.reset()
    return running_simulator
