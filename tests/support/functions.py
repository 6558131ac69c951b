"""The functions on the way of a post, run in this process with moto's SQS and KMS and the simulator."""

import json
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

from functions.dead_letters import app as dead_letters
from functions.publisher import app as publisher
from functions.scheduler import app as scheduler
from minutehand.connections.store import Connections, NewConnection
from minutehand.connections.vault import Vault
from minutehand.runtime.db import Database
from tests.support.api import CONTEXT, sample
from tests.support.factories import make_post
from tests.support.moto_clients import REGION, moto_client
from tests.support.simulator import Simulator

LAMBDA = SimpleNamespace(**vars(CONTEXT), get_remaining_time_in_millis=lambda: 60_000)


class Aws:
    """The queues and the key as the template makes them, and what connects the queues with the functions."""

    def __init__(self) -> None:
        self.sqs = moto_client("sqs")
        self.kms = moto_client("kms")
        self.dead_url = self.sqs.create_queue(QueueName="dead")["QueueUrl"]
        self.dead_arn = self.sqs.get_queue_attributes(QueueUrl=self.dead_url, AttributeNames=["QueueArn"])[
            "Attributes"
        ]["QueueArn"]
        redrive = {"deadLetterTargetArn": self.dead_arn, "maxReceiveCount": 3}
        self.url = self.sqs.create_queue(
            QueueName="publish", Attributes={"VisibilityTimeout": "360", "RedrivePolicy": json.dumps(redrive)}
        )["QueueUrl"]
        self.key_id = self.kms.create_key()["KeyMetadata"]["KeyId"]

    def receive(self, url: str) -> list[dict[str, Any]]:
        """Receive as Lambda does, and return the records that it makes of the messages."""
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
        """Hand messages to the publisher and delete what it does not report; returns how many, and the reported."""
        records = self.receive(self.url)
        answer = publisher.handler({"Records": deepcopy(records)}, LAMBDA)
        failed = [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]
        for record in records:
            if record["messageId"] not in failed:
                self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=record["receiptHandle"])
        return len(records), failed

    def counts(self) -> tuple[int, int, int]:
        """How many messages are visible, received, and delayed."""
        attributes = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["All"])["Attributes"]
        return (
            int(attributes["ApproximateNumberOfMessages"]),
            int(attributes["ApproximateNumberOfMessagesNotVisible"]),
            int(attributes["ApproximateNumberOfMessagesDelayed"]),
        )

    def traces(self) -> list[str]:
        """The trace headers of all messages that are in the queue."""
        queue = sqs_backends[ACCOUNT][REGION].queues["publish"]
        return [message.system_attributes["AWSTraceHeader"]["StringValue"] for message in queue._messages]

    def out_of_sight(self) -> list[float]:
        """For how many more seconds each received message is out of sight: SQS does not say, so moto is asked."""
        queue = sqs_backends[ACCOUNT][REGION].queues["publish"]
        return [message.visible_at / 1000 - datetime.now(UTC).timestamp() for message in queue.pending_messages]


@contextmanager
def on_moto(database_url: str, simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    """Give the functions an environment in which they can run."""
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
        kept = (scheduler.parts, publisher.parts, dead_letters.connected)
        for each in kept:
            each.cache_clear()
        yield aws
        scheduler.parts()[1].close()
        dead_letters.connected().close()
        publisher.parts()[0]._db.close()
        for each in kept:
            each.cache_clear()


def _with_system_attributes(send: Any) -> Any:
    """Keep what moto forgets of a batch: the system attributes of its messages."""

    def send_message_batch(self: SQSBackend, queue_name: str, entries: dict[str, dict[str, Any]]) -> Any:
        messages, failed = send(self, queue_name, entries)
        given = {entry["Id"]: entry.get("MessageSystemAttributes") for entry in entries.values()}
        for message in messages:
            message.system_attributes = given[message.user_id] or {}
        return messages, failed

    return send_message_batch


def connect_mastodon(db: Database, aws: Aws, simulator: Simulator) -> None:
    account = simulator.client.get(
        "/mastodon/api/v1/accounts/verify_credentials", headers={"authorization": "Bearer ada-token"}
    ).json()
    new = NewConnection("ada", "mastodon", account["id"], "ada", simulator.mastodon)
    seal = Vault(aws.kms, aws.key_id).seal
    Connections(db).connect(new, {"access_token": "ada-token"}, seal, now=datetime.now(UTC))


def due_now(db: Database, *platforms: str) -> UUID:
    now = datetime.now(UTC)
    return make_post(db, now=now, due=now, platforms=list(platforms))


def tick() -> dict[str, Any]:
    return scheduler.handler(sample("scheduler"), LAMBDA)
