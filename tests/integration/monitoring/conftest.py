from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from functions.dead_letters import app as dead_letters
from functions.publisher import app as publisher
from functions.scheduler import app as scheduler
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
    for app in (scheduler, publisher, dead_letters):
        monkeypatch.setattr(app, "clock", clock)
    monkeypatch.setattr(publisher.telemetry, "_clock", clock)
    with mocked_aws(database_url, simulator, monkeypatch) as aws:
        yield Deployment(db, aws, clock, monkeypatch)
