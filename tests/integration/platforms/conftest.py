"""A simulator for each module of tests, reset before each test."""

from collections.abc import Iterator

import pytest

from tests.support.simulator import Simulator, running


@pytest.fixture(scope="module")
def running_simulator() -> Iterator[Simulator]:
    with running() as simulator:
        yield simulator


@pytest.fixture
def simulator(running_simulator: Simulator) -> Simulator:
    running_simulator.reset()
    return running_simulator
