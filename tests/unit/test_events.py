"""Each sample event is handled by its function, so that the samples stay valid."""

import json
import re
from types import SimpleNamespace

import pytest

from local.openapi.reference import routes
from local.settings import ROOT
from minutehand.migrations.migrate import head
from minutehand.queue.messages import parse
from minutehand.queue.resources import open_sqs
from minutehand.runtime.db import Database
from tests.support.api import CONTEXT, Api, sample
from tests.support.clock import FakeClock
from tests.support.cold_start import ENVIRON, start
from tests.support.sqs import FakeSqs

FUNCTIONS = sorted({name for (_, path), name in routes().items() if path.startswith("posts/")} | {"queue_jobs"})
"""The functions of the API that need only a database for their samples."""
NOT_THERE = 404


def test_each_function_has_one_event() -> None:
    events = {path.stem for path in (ROOT / "events").glob("*.json")} - {"env"}

    assert events == {path.parent.name for path in (ROOT / "functions").glob("*/app.py")}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_api_functions_handle_their_samples(function: str, db: Database, clock: FakeClock) -> None:
    event, app = sample(function), Api(db, clock).function(function)
    names_a_post = re.search(r"\bpostId\b", f"{event['body']}{event['queryStringParameters']}") is not None

    answer = app(event, CONTEXT)

    success = app.routes[event["httpMethod"]].status
    assert answer["statusCode"] == (NOT_THERE if names_a_post else success), answer["body"]
    if function == "export_posts":
        assert answer["body"].startswith("id,")
    else:
        assert json.loads(answer["body"])["success"] is (answer["statusCode"] != NOT_THERE)


def test_authorizer_identifies_the_user_of_its_sample() -> None:
    app = start("authorizer", environ=ENVIRON | {"AUTH_MODE": "trusted-header"})

    assert app.handler(sample("authorizer"), CONTEXT)["context"]["userId"] == "user-123"


def test_scheduler_ticks_for_its_sample(db: Database, clock: FakeClock) -> None:
    app = start("scheduler", db=db, clock=clock, environ=ENVIRON, openers={open_sqs: lambda _: FakeSqs(clock)})
    context = SimpleNamespace(**vars(CONTEXT), get_remaining_time_in_millis=lambda: 50_000)

    report = app.handler(sample("scheduler"), context)

    assert report["claimed"] == 0


def test_dead_letters_handles_its_sample(db: Database) -> None:
    report = start("dead_letters", db=db, environ=ENVIRON).handler(sample("dead_letters"), CONTEXT)

    assert (report["settled_before"], report["ended"]) == (1, 0)


def test_publisher_reads_its_sample() -> None:
    batch = parse(sample("publisher"))

    assert batch.unreadable == []
    assert [str(publication) for publication in batch.publication_ids] == ["7c9e6679-7425-40de-944b-e07fc1f90ae7"]


def test_migrator_returns_the_newest_revision_for_its_sample(own_database_url: str) -> None:
    app = start("migrator", environ={"DATABASE_URL": own_database_url})

    assert app.handler(sample("migrator"), CONTEXT) == {"revision": head()}
