"""The functions as Lambda starts them: built from their environments alone."""

import importlib
from collections.abc import Iterator
from typing import Any

import pytest

from minutehand.operations.redrive import DeadLetters
from minutehand.queue.outbox import Outbox
from minutehand.runtime.config import BadConfiguration
from tests.support.operations import RULE, Aws

FUNCTIONS = (
    *("queue", "queue_health", "scheduler_control", "queue_jobs"),
    *("update_post", "approve_post", "retry_post", "archive_posts"),
)


@pytest.fixture
def apps(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    environ = {
        "DATABASE_URL": "postgresql://nowhere",
        "PUBLISH_QUEUE_URL": aws.publish_queue_url,
        "DEAD_LETTER_QUEUE_URL": aws.dead_letter_queue_url,
        "TICK_RULE_NAME": RULE,
        "SEND_LEAD_SECONDS": "2",
    }
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("DATABASE_SECRET_ARN", raising=False)
    apps = {name: importlib.import_module(f"functions.{name}.app") for name in FUNCTIONS}
    _forget(apps)
    yield apps
    _forget(apps)


def _forget(apps: dict[str, Any]) -> None:
    for app in apps.values():
        for name in ("connected", "queues", "parts", "outbox"):
            if hasattr(app, name):
                getattr(app, name).cache_clear()


def test_the_queue_knows_both_queues(apps: dict[str, Any], aws: Aws) -> None:
    config, _ = apps["queue"].connected()
    outbox, letters = apps["queue"].queues()

    assert config.dead_letter_queue_url == aws.dead_letter_queue_url
    assert isinstance(outbox, Outbox)
    assert isinstance(letters, DeadLetters)
    assert letters.receive() == []
    assert apps["queue"].queues()[0] is outbox


def test_the_scheduler_s_control_and_the_health_know_the_rule(apps: dict[str, Any]) -> None:
    _, _, rule = apps["scheduler_control"].parts()
    config, _, _, same = apps["queue_health"].parts()

    assert rule.read() == same.read()
    assert rule.read().expression == "rate(1 minute)"
    assert config.tick_rule_name == RULE
    assert isinstance(apps["scheduler_control"].outbox(), Outbox)


@pytest.mark.parametrize("name", ["update_post", "approve_post", "retry_post"])
def test_what_sends_what_is_near_knows_the_queue(apps: dict[str, Any], name: str) -> None:
    config, _ = apps[name].connected()

    assert config.send_lead_seconds == 2
    assert isinstance(apps[name].outbox(), Outbox)


def test_the_others_need_a_database_only(apps: dict[str, Any]) -> None:
    assert apps["queue_jobs"].connected() is apps["queue_jobs"].connected()
    assert apps["archive_posts"].connected() is apps["archive_posts"].connected()


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("queue", "DEAD_LETTER_QUEUE_URL"),
        ("queue", "PUBLISH_QUEUE_URL"),
        ("queue_health", "TICK_RULE_NAME"),
        ("scheduler_control", "TICK_RULE_NAME"),
    ],
)
def test_none_starts_without_what_it_needs(
    apps: dict[str, Any], name: str, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(variable)
    start = getattr(apps[name], "parts", None) or apps[name].connected

    with pytest.raises(BadConfiguration, match=variable):
        start()
