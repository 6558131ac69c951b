"""The functions that control the queue and the scheduler, with queues and a rule of moto."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from moto import mock_aws

from minutehand.operations.resources import open_tick_rule
from minutehand.operations.rule import TickRule
from minutehand.queue.resources import open_sqs
from minutehand.runtime.db import Database
from tests.support.api import Api
from tests.support.clock import FakeClock
from tests.support.cold_start import ENVIRON, Openers
from tests.support.moto_clients import REGION, moto_client

RULE = "minutehand-test-tick"


@dataclass(frozen=True)
class Aws:
    """The AWS resources of the functions."""

    sqs: Any
    events: Any
    publish_queue_url: str
    dead_letter_queue_url: str

    def receive(self, queue_url: str) -> list[str]:
        """Return the bodies of up to ten visible messages."""
        response = self.sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10)
        return [each["Body"] for each in response.get("Messages", [])]

    def sent(self) -> int:
        """Return how many messages are in the publish queue, including delayed and hidden ones."""
        counts = self.sqs.get_queue_attributes(QueueUrl=self.publish_queue_url, AttributeNames=["All"])["Attributes"]
        return sum(int(counts[f"ApproximateNumberOfMessages{kind}"]) for kind in ("", "Delayed", "NotVisible"))

    def rule(self) -> tuple[str, str]:
        """Return the state and the expression of the rule."""
        rule = self.events.describe_rule(Name=RULE)
        return rule["State"], rule["ScheduleExpression"]


@contextmanager
def aws(patch: pytest.MonkeyPatch) -> Iterator[Aws]:
    """Yield an AWS account with both queues and the rule."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        patch.setenv(name, "testing")
    patch.setenv("AWS_DEFAULT_REGION", REGION)
    with mock_aws():
        sqs, events = moto_client("sqs"), moto_client("events")
        urls = [sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("publish", "publish-dead-letters")]
        events.put_rule(Name=RULE, ScheduleExpression="rate(1 minute)", Description="The minute hand.")
        yield Aws(sqs, events, *urls)


def start_api(db: Database, clock: FakeClock, there: Aws) -> Api:
    """Return the functions of the API, which use the resources of ``there``."""
    environ = ENVIRON | {
        "PUBLISH_QUEUE_URL": there.publish_queue_url,
        "DEAD_LETTER_QUEUE_URL": there.dead_letter_queue_url,
        "TICK_RULE_NAME": RULE,
    }
    openers: Openers = {open_sqs: lambda _: there.sqs, open_tick_rule: lambda _: TickRule(there.events, RULE)}
    return Api(db, clock, environ=environ, openers=openers)
