"""The functions as Lambda starts them, with nothing but their environment variables."""

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


def test_queue_function_has_both_queues(aws: Aws) -> None:
    function = start("queue").function
    outbox, dead_letters = function.resource(open_outbox), function.resource(open_dead_letters)

    assert function.config.dead_letter_queue_url == aws.dead_letter_queue_url
    assert isinstance(outbox, Outbox)
    assert isinstance(dead_letters, DeadLetters)
    assert dead_letters.receive() == []
    assert function.resource(open_outbox) is outbox


def test_scheduler_control_and_queue_health_have_the_rule() -> None:
    control, health = start("scheduler_control").function, start("queue_health").function
    rule, same = control.resource(open_tick_rule), health.resource(open_tick_rule)

    assert rule.read() == same.read()
    assert rule.read().expression == "rate(1 minute)"
    assert health.config.tick_rule_name == RULE
    assert isinstance(control.resource(open_outbox), Outbox)


@pytest.mark.parametrize("name", ["update_post", "approve_post", "retry_post"])
def test_functions_that_send_have_the_publish_queue(name: str) -> None:
    function = start(name).function

    assert function.config.send_lead_seconds == 2
    assert isinstance(function.resource(open_request_outbox), Outbox)


@pytest.mark.parametrize("name", ["queue_jobs", "archive_posts"])
def test_other_functions_need_only_a_database(name: str) -> None:
    function = start(name).function

    assert function.db is function.db


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("queue", "DEAD_LETTER_QUEUE_URL"),
        ("queue", "PUBLISH_QUEUE_URL"),
        ("queue_health", "DEAD_LETTER_QUEUE_URL"),
        ("queue_health", "TICK_RULE_NAME"),
        ("scheduler_control", "TICK_RULE_NAME"),
    ],
)
def test_function_does_not_start_without_its_variables(
    name: str, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(variable)

    with pytest.raises(BadConfiguration, match=variable):
        _ = start(name).function.config
