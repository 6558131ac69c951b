import pytest

from minutehand.queue.resources import open_sqs
from minutehand.runtime.db import Database
from tests.support.api import Api
from tests.support.clock import FakeClock
from tests.support.gateway import Gateway, person
from tests.support.sqs import FakeSqs

ADA = person("ada", owner="acme")
ADMIN = person("root", owner="acme", roles="admin")


@pytest.fixture
def gateway(db: Database, clock: FakeClock) -> Gateway:
    sqs = FakeSqs(clock)
    return Gateway(Api(db, clock, openers={open_sqs: lambda _: sqs}))
