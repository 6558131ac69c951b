from typing import Any, cast

import pytest

from minutehand.queue.outbox import Outbox
from minutehand.runtime.config import QueueConfig
from minutehand.runtime.db import Database
from tests.support.api import SENDING, Api
from tests.support.clock import FakeClock
from tests.support.sqs import FakeSqs


@pytest.fixture
def sqs(clock: FakeClock) -> FakeSqs:
    return FakeSqs(clock)


@pytest.fixture
def config(database_url: str) -> QueueConfig:
    return QueueConfig(database_url=database_url, publish_queue_url="q", unconnected_platforms="sandbox")


@pytest.fixture
def api(db: Database, clock: FakeClock, sqs: FakeSqs, config: QueueConfig, monkeypatch: pytest.MonkeyPatch) -> Api:
    api = Api(db, clock, monkeypatch)
    for name in SENDING:
        monkeypatch.setattr(api.apps[name], "connected", lambda: (config, db))
        monkeypatch.setattr(api.apps[name], "outbox", lambda: Outbox(cast(Any, sqs), "q", lead=config.send_lead))
    return api
