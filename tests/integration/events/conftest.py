import pytest

from minutehand.queue.resources import open_sqs
from minutehand.runtime.db import Database
from tests.support.api import Api
from tests.support.clock import FakeClock
from tests.support.sqs import FakeSqs


@pytest.fixture
def api(db: Database, clock: FakeClock) -> Api:
    return Api(db, clock, openers={open_sqs: lambda _: FakeSqs(clock)})
