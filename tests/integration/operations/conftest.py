"""An API whose functions control a queue and a rule of moto."""

from collections.abc import Iterator

import pytest

from minutehand.runtime.db import Database
from tests.support import operations
from tests.support.api import Api
from tests.support.clock import FakeClock
from tests.support.operations import Aws


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    with operations.aws(monkeypatch) as there:
        yield there


@pytest.fixture
def api(db: Database, clock: FakeClock, aws: Aws) -> Api:
    return operations.start_api(db, clock, aws)
