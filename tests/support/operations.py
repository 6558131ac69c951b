"""The functions that control the queue and the scheduler, on queues and a rule of moto's."""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from moto import mock_aws

from minutehand.operations.config import HealthConfig, QueueControlConfig, SchedulerControlConfig
from minutehand.operations.redrive import DeadLetters
from minutehand.operations.rule import TickRule
from minutehand.queue.outbox import Outbox
from minutehand.runtime.db import Database
from tests.support.api import Api
from tests.support.clock import FakeClock
from tests.support.moto_clients import REGION, moto_client

RULE = "minutehand-test-tick"
LEAD = timedelta(seconds=1)


@dataclass(frozen=True)
class Aws:
    """What the functions find on AWS."""

    sqs: Any
    events: Any
    publish_queue_url: str
    dead_letter_queue_url: str

    def receive(self, queue_url: str) -> list[str]:
        """Return the bodies of up to ten messages that are visible."""
        answer = self.sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10)
        return [each["Body"] for each in answer.get("Messages", [])]

    def sent(self) -> int:
        """Return how many messages the publish queue holds, those that are delayed among them."""
        answer = self.sqs.get_queue_attributes(QueueUrl=self.publish_queue_url, AttributeNames=["All"])["Attributes"]
        return sum(int(answer[f"ApproximateNumberOfMessages{kind}"]) for kind in ("", "Delayed", "NotVisible"))

    def rule(self) -> tuple[str, str]:
        """Return the state and the expression of the rule."""
        rule = self.events.describe_rule(Name=RULE)
        return rule["State"], rule["ScheduleExpression"]


@contextmanager
def aws(patch: pytest.MonkeyPatch) -> Iterator[Aws]:
    """Give an account with both queues and the rule."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        patch.setenv(name, "testing")
    patch.setenv("AWS_DEFAULT_REGION", REGION)
    with mock_aws():
        sqs, events = moto_client("sqs"), moto_client("events")
        urls = [sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("publish", "publish-dead-letters")]
        events.put_rule(Name=RULE, ScheduleExpression="rate(1 minute)", Description="The minute hand.")
        yield Aws(sqs, events, *urls)


def wire(api: Api, db: Database, clock: FakeClock, there: Aws, patch: pytest.MonkeyPatch) -> None:
    """Let the functions of ``api`` that control the queue and the scheduler use what is ``there``."""
    known: dict[str, Any] = {
        "database_url": "unused",
        "publish_queue_url": there.publish_queue_url,
        "dead_letter_queue_url": there.dead_letter_queue_url,
        "tick_rule_name": RULE,
        "unconnected_platforms": "sandbox",
    }
    outbox = Outbox(there.sqs, there.publish_queue_url, lead=LEAD)
    letters = DeadLetters(there.sqs, there.dead_letter_queue_url)
    rule = TickRule(there.events, RULE)
    for name in ("queue", "scheduler_control", "queue_health"):
        api.apps[name] = importlib.import_module(f"functions.{name}.app")
        patch.setattr(api.apps[name], "clock", clock)
    queue, control, health = api.apps["queue"], api.apps["scheduler_control"], api.apps["queue_health"]
    patch.setattr(queue, "connected", lambda: (QueueControlConfig(**known), db))
    patch.setattr(queue, "queues", lambda: (outbox, letters))
    patch.setattr(control, "parts", lambda: (SchedulerControlConfig(**known), db, rule))
    patch.setattr(control, "outbox", lambda: outbox)
    patch.setattr(health, "parts", lambda: (HealthConfig(**known), db, there.sqs, rule))
