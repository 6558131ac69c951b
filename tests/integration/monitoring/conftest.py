from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from minutehand.runtime.db import Database
from tests.integration.monitoring.deployment import Deployment
from tests.support.clock import FakeClock
from tests.support.functions import mocked_aws
from tests.support.simulator import Simulator, running


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with running() as simulator:
        yield simulator


@pytest.fixture
def clock() -> FakeClock:
    """Return a clock that begins now, because moto's queues use the real time."""
    return FakeClock(datetime.now(UTC))


@pytest.fixture
def deployment(
    db: Database, database_url: str, simulator: Simulator, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Deployment]:
    with mocked_aws(database_url, simulator, monkeypatch, clock) as aws:
        yield Deployment(db, aws, clock, monkeypatch)
