"""The functions as Lambda starts them: built from their environments alone."""

import pytest

from minutehand.operations.redrive import DeadLetters
from minutehand.operations.resources import open_dead_letters, open_tick_rule
from minutehand.queue.outbox import Outbox
from minutehand.queue.resources import open_outbox, open_request_outbox
from minutehand.runtime.config import BadConfiguration
from tests.support.cold_start import start
from tests.support.operations import RULE, Aws


@pytest.fixture(autouse=True)
def environ(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_the_queue_knows_both_queues(aws: Aws) -> None:
    function = start("queue").function
    outbox, letters = function.resource(open_outbox), function.resource(open_dead_letters)

    assert function.config.dead_letter_queue_url == aws.dead_letter_queue_url
    assert isinstance(outbox, Outbox)
    assert isinstance(letters, DeadLetters)
    assert letters.receive() == []
    assert function.resource(open_outbox) is outbox


def test_the_scheduler_s_control_and_the_health_know_the_rule() -> None:
    control, health = start("scheduler_control").function, start("queue_health").function
    rule, same = control.resource(open_tick_rule), health.resource(open_tick_rule)

    assert rule.read() == same.read()
    assert rule.read().expression == "rate(1 minute)"
    assert health.config.tick_rule_name == RULE
    assert isinstance(control.resource(open_outbox), Outbox)


@pytest.mark.parametrize("name", ["update_post", "approve_post", "retry_post"])
def test_what_sends_what_is_near_knows_the_queue(name: str) -> None:
    function = start(name).function

    assert function.config.send_lead_seconds == 2
    assert isinstance(function.resource(open_request_outbox), Outbox)


@pytest.mark.parametrize("name", ["queue_jobs", "archive_posts"])
def test_the_others_need_a_database_only(name: str) -> None:
    function = start(name).function

    assert function.db is function.db


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("queue", "DEAD_LETTER_QUEUE_URL"),
        ("queue", "PUBLISH_QUEUE_URL"),
        ("queue_health", "TICK_RULE_NAME"),
        ("scheduler_control", "TICK_RULE_NAME"),
    ],
)
def test_none_starts_without_what_it_needs(name: str, variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(variable)

    with pytest.raises(BadConfiguration, match=variable):
        _ = start(name).function.config
