"""Fixtures of tests that follow posts from their creation to the platform."""

from collections.abc import Iterator

import pytest

from tests.support.clock import FakeClock
from tests.support.world import World


@pytest.fixture
def world(database_url: str, clock: FakeClock) -> Iterator[World]:
    world = World(database_url, clock)
    yield world
    world.close()
