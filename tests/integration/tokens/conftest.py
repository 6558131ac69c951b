import pytest

from minutehand.queue.resources import open_sqs
from minutehand.runtime.db import Database
from tests.support import cold_start
from tests.support.api import Api
from tests.support.clock import FakeClock
from tests.support.gateway import Gateway, person
from tests.support.sqs import FakeSqs

ADA = person("ada", owner="acme")
ENVIRON = cold_start.ENVIRON | {
    "TOKEN_KEY_ID": "key",
    "DEAD_LETTER_QUEUE_URL": "dead",
    "TICK_RULE_NAME": "tick",
    "MEDIA_BUCKET": "library",
    "UNCONNECTED_PLATFORMS": "reject",
}
ADMIN = person("root", owner="acme", roles="admin")


@pytest.fixture
def sqs(clock: FakeClock) -> FakeSqs:
    return FakeSqs(clock)


@pytest.fixture
def gateway(db: Database, clock: FakeClock, sqs: FakeSqs) -> Gateway:
    return Gateway(Api(db, clock, environ=ENVIRON, openers={open_sqs: lambda _: sqs}))
