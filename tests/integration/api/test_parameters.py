"""Query parameters that a call does not have are refused, so that no misspelled name goes unnoticed."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support.clock import FakeClock
from tests.support.every_function import every_function
from tests.support.gateway import Gateway, person
from tests.support.postgres import Databases
from tests.support.request_fields import calls

OF_OTHERS = {"GET connections/callback", "GET connections/link"}
"""Calls that ignore parameters, because platforms and messengers add some to the addresses of these pages."""
PAGES = {"POST connections/confirm", "POST connections/link"}
"""Calls that read the form of a page together with the query of its address."""
ADMIN = person("ada", roles="admin")
TICK = Query(
    "tick",
    """INSERT INTO ticks (caller, started_at, ended_at, report)
       VALUES ('rule', %(now)s, %(now)s,
               '{"claimed": 0, "sent": 0, "unsent": 0, "recovered": 0, "finished": true}')""",
)


@pytest.fixture(scope="module")
def gateway(databases: Databases) -> Iterator[Gateway]:
    clock = FakeClock()
    with databases.lend() as url, closing(Database(lambda: url)) as db, every_function(db, clock) as api:
        db.fetch(TICK, now=clock.now())  # so that the queue is healthy
        yield Gateway(api)


@pytest.mark.parametrize("call", sorted(set(calls()) - OF_OTHERS - PAGES))
def test_parameter_that_a_call_does_not_have_is_refused(gateway: Gateway, call: str) -> None:
    body: dict[str, str] | None = None if call.startswith("GET ") else {}

    reply = gateway.call(call, ADMIN, body, query={"campain": "hush"})

    assert (reply.status, reply.body["code"]) == (400, "invalid_input"), reply.text
    assert "campain" in [detail["field"] for detail in reply.body["details"]]
    assert "hush" not in reply.text or call.startswith("GET ")
