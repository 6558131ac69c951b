"""Each sample event is handled by its function, so that the samples stay valid."""

import importlib
import json
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from local.settings import ROOT
from minutehand.migrations.migrate import head
from minutehand.queue.messages import parse
from minutehand.queue.outbox import Outbox
from minutehand.queue.retry import RetryPolicy
from minutehand.runtime.config import QueueConfig
from minutehand.runtime.db import Database
from tests.support.api import CONTEXT, Api, sample
from tests.support.clock import FakeClock
from tests.support.reference import routes
from tests.support.sqs import FakeSqs

FUNCTIONS = sorted({name for (_, path), name in routes().items() if path.startswith("posts/")} | {"queue_jobs"})
"""The functions of the API that need only a database for their samples."""
NOT_THERE = 404
STATUSES = {"create_post": 201} | dict.fromkeys(("validate_post", "list_posts", "archive_posts", "queue_jobs"), 200)
"""The statuses of samples that name no post. The posts that the others name are not there."""


def test_each_function_has_one_event() -> None:
    events = {path.stem for path in (ROOT / "events").glob("*.json")} - {"env"}

    assert events == {path.parent.name for path in (ROOT / "functions").glob("*/app.py")}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_api_functions_handle_their_samples(function: str, db: Database, clock: FakeClock) -> None:
    answer = Api(db, clock).function(function)(sample(function), CONTEXT)

    assert answer["statusCode"] == STATUSES.get(function, NOT_THERE), answer["body"]
    assert json.loads(answer["body"])["success"] is (answer["statusCode"] != NOT_THERE)


def test_authorizer_identifies_the_user_of_its_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    app = importlib.import_module("functions.authorizer.app")
    monkeypatch.setenv("STAGE", "local")
    monkeypatch.setenv("AUTH_MODE", "trusted-header")
    app.authenticate.cache_clear()

    assert app.handler(sample("authorizer"), CONTEXT)["context"]["userId"] == "user-123"
    app.authenticate.cache_clear()


def test_scheduler_ticks_for_its_sample(db: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    app = importlib.import_module("functions.scheduler.app")
    config = QueueConfig(database_url="unused", publish_queue_url="q")
    outbox = Outbox(cast(Any, FakeSqs(clock)), "q", lead=timedelta(seconds=1))
    monkeypatch.setattr(app, "parts", lambda: (config, db, outbox))
    monkeypatch.setattr(app, "clock", clock)
    context = SimpleNamespace(**vars(CONTEXT), get_remaining_time_in_millis=lambda: 50_000)

    report = app.handler(sample("scheduler"), context)

    assert report["claimed"] == 0


def test_dead_letters_handles_its_sample(db: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    app = importlib.import_module("functions.dead_letters.app")
    monkeypatch.setattr(app, "connected", lambda: (db, RetryPolicy()))

    report = app.handler(sample("dead_letters"), CONTEXT)

    assert (report["settled_before"], report["ended"]) == (1, 0)


def test_publisher_reads_its_sample() -> None:
    batch = parse(sample("publisher"))

    assert batch.unreadable == []
    assert [str(publication) for publication in batch.publication_ids] == ["7c9e6679-7425-40de-944b-e07fc1f90ae7"]


def test_migrator_returns_the_newest_revision_for_its_sample(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = importlib.import_module("functions.migrator.app")
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.delenv("DATABASE_SECRET_ARN", raising=False)

    assert app.handler(sample("migrator"), CONTEXT) == {"revision": head()}
