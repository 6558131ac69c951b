"""The functions that publish a post, run in this process with SQS and KMS from moto and with the simulator."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID as ACCOUNT
from moto.sqs.models import SQSBackend, sqs_backends

from minutehand.connections.store import Connections, NewConnection
from minutehand.connections.vault import Vault
from minutehand.runtime.actor import Actor
from minutehand.runtime.clock import Clock
from minutehand.runtime.db import Database
from tests.support.api import CONTEXT, sample
from tests.support.cold_start import start
from tests.support.factories import make_post
from tests.support.groups import groups
from tests.support.moto_clients import REGION, moto_client
from tests.support.postgres import as_group
from tests.support.simulator import Simulator

LAMBDA = SimpleNamespace(**vars(CONTEXT), get_remaining_time_in_millis=lambda: 60_000)


class Aws:
    """The queues and the key of the template, and the event source mapping from the queue to the publisher."""

    def __init__(self) -> None:
        self.sqs = moto_client("sqs")
        self.kms = moto_client("kms")
        self.dead_letter_queue_url = self.sqs.create_queue(QueueName="dead")["QueueUrl"]
        self.dead_letter_queue_arn = self.sqs.get_queue_attributes(
            QueueUrl=self.dead_letter_queue_url, AttributeNames=["QueueArn"]
        )["Attributes"]["QueueArn"]
        redrive = {"deadLetterTargetArn": self.dead_letter_queue_arn, "maxReceiveCount": 3}
        self.url = self.sqs.create_queue(
            QueueName="publish", Attributes={"VisibilityTimeout": "360", "RedrivePolicy": json.dumps(redrive)}
        )["QueueUrl"]
        self.key_id = self.kms.create_key()["KeyMetadata"]["KeyId"]

    def start(self, clock: Clock | None = None) -> None:
        """Start the functions, with the environment variables as they are now."""
        self.scheduler, self.publisher, self.dead_letters = (
            start(name, clock=clock, environ=_environ(name)) for name in ("scheduler", "publisher", "dead_letters")
        )

    def stop(self) -> None:
        """Close the database connections of the functions."""
        for app in (self.scheduler, self.publisher, self.dead_letters):
            app.function.db.close()

    def tick(self) -> dict[str, Any]:
        """Invoke the scheduler, and return its response."""
        response: dict[str, Any] = self.scheduler.handler(sample("scheduler"), LAMBDA)
        return response

    def receive(self, url: str) -> list[dict[str, Any]]:
        """Receive messages as Lambda does, and return them as records of a Lambda event."""
        received = self.sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"]
        ).get("Messages", [])
        return [
            sample("publisher")["Records"][0]
            | {
                "messageId": message["MessageId"],
                "attributes": message["Attributes"],
                "receiptHandle": message["ReceiptHandle"],
                "body": message["Body"],
                "md5OfBody": message["MD5OfBody"],
            }
            for message in received
        ]

    def deliver(self) -> tuple[int, list[str]]:
        """Invoke the publisher with up to ten messages, and delete those that it does not report as failed.

        Return the number of messages, and the ids of the failed ones.
        """
        records = self.receive(self.url)
        answer = self.publisher.handler({"Records": deepcopy(records)}, LAMBDA)
        failed = [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]
        for record in records:
            if record["messageId"] not in failed:
                self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=record["receiptHandle"])
        return len(records), failed

    def counts(self) -> tuple[int, int, int]:
        """Return how many messages are visible, in flight and delayed."""
        attributes = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["All"])["Attributes"]
        return (
            int(attributes["ApproximateNumberOfMessages"]),
            int(attributes["ApproximateNumberOfMessagesNotVisible"]),
            int(attributes["ApproximateNumberOfMessagesDelayed"]),
        )

    def traces(self) -> list[str]:
        """Return the trace headers of all messages in the queue."""
        queue = sqs_backends[ACCOUNT][REGION].queues["publish"]
        return [message.system_attributes["AWSTraceHeader"]["StringValue"] for message in queue._messages]

    def remaining_visibility(self) -> list[float]:
        """Return the remaining visibility timeout of each received message, in seconds. Only moto can tell, not SQS."""
        queue = sqs_backends[ACCOUNT][REGION].queues["publish"]
        return [message.visible_at / 1000 - datetime.now(UTC).timestamp() for message in queue.pending_messages]


@contextmanager
def mocked_aws(
    database_url: str, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, clock: Clock | None = None
) -> Iterator[Aws]:
    """Yield the AWS resources and the functions, with the environment variables that the functions need."""
    simulator.reset()
    monkeypatch.setattr(SQSBackend, "send_message_batch", _with_system_attributes(SQSBackend.send_message_batch))
    with mock_aws():
        aws = Aws()
        environment = {
            "STAGE": "local",
            "AWS_DEFAULT_REGION": REGION,
            "DATABASE_URL": database_url,
            "PUBLISH_QUEUE_URL": aws.url,
            "UNCONNECTED_PLATFORMS": "sandbox",
            "SANDBOX_URL": simulator.sandbox,
            "TOKEN_KEY_ID": aws.key_id,
            "MEDIA_FROM_PRIVATE_NETWORKS": "true",
        }
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        aws.start(clock)
        yield aws
        aws.stop()


def _with_system_attributes(send: Any) -> Any:
    """Keep the system attributes of messages sent in a batch, which moto loses."""

    def send_message_batch(self: SQSBackend, queue_name: str, entries: dict[str, dict[str, Any]]) -> Any:
        messages, failed = send(self, queue_name, entries)
        given = {entry["Id"]: entry.get("MessageSystemAttributes") for entry in entries.values()}
        for message in messages:
            message.system_attributes = given[message.user_id] or {}
        return messages, failed

    return send_message_batch


def connect_mastodon(db: Database, aws: Aws, simulator: Simulator, *, owner_id: str = "ada") -> None:
    """Connect Ada's account on the simulated Mastodon."""
    account = simulator.client.get(
        "/mastodon/api/v1/accounts/verify_credentials", headers={"authorization": "Bearer ada-token"}
    ).json()
    new = NewConnection(owner_id, "mastodon", account["id"], "ada", simulator.mastodon)
    seal = Vault(aws.kms, aws.key_id).seal
    Connections(db).connect(new, {"access_token": "ada-token"}, seal, actor=Actor("ada"), now=datetime.now(UTC))


def make_due_post(db: Database, *platforms: str) -> UUID:
    """Insert a post that is due now, and return its id."""
    now = datetime.now(UTC)
    return make_post(db, now=now, due=now, platforms=list(platforms))


def _environ(function: str) -> dict[str, str]:
    """Return the environment of a function, with the login of its group."""
    return {**os.environ, "DATABASE_URL": as_group(os.environ["DATABASE_URL"], groups()[function])}
