"""The functions on the way of a post, with moto's SQS and KMS, the simulator, real Postgres and the real clock."""

import json
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import boto3
import psycopg
import pytest
from moto import mock_aws
from moto.core.models import DEFAULT_ACCOUNT_ID as ACCOUNT
from moto.sqs.models import sqs_backends

from functions.dead_letters import app as dead_letters
from functions.migrator import app as migrator
from functions.publisher import app as publisher
from functions.scheduler import app as scheduler
from minutehand.connections.store import Connections, NewConnection
from minutehand.connections.vault import Vault
from minutehand.migrations.migrate import head
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support.api import CONTEXT, sample
from tests.support.factories import make_post, make_posts
from tests.support.simulator import Simulator, running

REGION = "eu-central-1"
LAMBDA = SimpleNamespace(**vars(CONTEXT), get_remaining_time_in_millis=lambda: 60_000)
STATE = Query(
    "state",
    """SELECT publication.state, publication.attempts, post.status, post.failure_reason, publication.sandbox
       FROM publications AS publication JOIN social_posts AS post ON post.id = publication.post_id
       WHERE post.id = %(id)s""",
)


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with running() as simulator:
        yield simulator


class Aws:
    """The queues and the key as the template makes them, and what connects the queues with the functions."""

    def __init__(self) -> None:
        self.sqs = boto3.client("sqs", region_name=REGION)
        self.kms = boto3.client("kms", region_name=REGION)
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
        received = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        return [
            sample("publisher")["Records"][0]
            | {
                "messageId": message["MessageId"],
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

    def out_of_sight(self) -> list[float]:
        """For how many more seconds each received message is out of sight: SQS does not say, so moto is asked."""
        queue = sqs_backends[ACCOUNT][REGION].queues["publish"]
        return [message.visible_at / 1000 - datetime.now(UTC).timestamp() for message in queue.pending_messages]


@pytest.fixture
def aws(database_url: str, simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    simulator.reset()
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


def connect_mastodon(db: Database, aws: Aws, simulator: Simulator) -> None:
    account = simulator.client.get(
        "/mastodon/api/v1/accounts/verify_credentials", headers={"authorization": "Bearer ada-token"}
    ).json()
    new = NewConnection("ada", "mastodon", account["id"], "ada", simulator.mastodon)
    seal = Vault(aws.kms, aws.key_id).seal
    Connections(db).connect(new, {"access_token": "ada-token"}, seal, now=datetime.now(UTC))


def due_now(db: Database, *platforms: str) -> Any:
    now = datetime.now(UTC)
    return make_post(db, now=now, due=now, platforms=list(platforms))


def tick() -> dict[str, Any]:
    return scheduler.handler(sample("scheduler"), LAMBDA)


def test_a_post_goes_through_the_functions_to_its_platforms(db: Database, aws: Aws, simulator: Simulator) -> None:
    connect_mastodon(db, aws, simulator)
    post = due_now(db, "mastodon", "threads")
    assert tick() == {"claimed": 1, "sent": 2, "unsent": 0, "recovered": 0, "finished": True}
    assert aws.deliver() == (2, [])
    rows = db.fetch(STATE, id=post)
    assert [row["status"] for row in rows] == ["published"] * 2
    assert sorted(row["sandbox"] for row in rows) == [False, True]
    assert len(simulator.posts("mastodon")) == 1
    assert len(simulator.posts()) == 2
    assert aws.counts() == (0, 0, 0)


def test_messages_carry_their_delay_and_a_group_of_their_owner(db: Database, aws: Aws) -> None:
    now = datetime.now(UTC)
    make_post(db, now=now, due=now + timedelta(seconds=100), platforms=["bluesky", "mastodon"], owner_id="Ada 🏺")
    assert tick()["sent"] == 2
    assert aws.counts() == (0, 0, 2)


def test_what_comes_back_is_out_of_sight_for_its_wait_and_the_rest_is_done(
    db: Database, aws: Aws, simulator: Simulator
) -> None:
    connect_mastodon(db, aws, simulator)
    simulator.fault("mastodon", "media", "status", status=503)
    post = make_post(db, now=datetime.now(UTC), due=datetime.now(UTC), platforms=["mastodon"])
    db.fetch(
        Query("illustrate", "UPDATE social_posts SET media_urls = %(urls)s WHERE id = %(id)s"),
        urls=[simulator.image],
        id=post,
    )
    other = due_now(db, "threads")
    tick()
    received, failed = aws.deliver()
    assert (received, len(failed)) == (2, 1)
    [row] = db.fetch(STATE, id=post)
    assert (row["state"], row["attempts"]) == ("queued", 1)
    assert db.fetch(STATE, id=other)[0]["status"] == "published"
    assert aws.counts() == (0, 1, 0)
    # the wait of 5 s less the lead, not the queue's 360 s
    [seconds] = aws.out_of_sight()
    assert 2 < seconds <= 5


def test_a_message_that_is_not_ours_is_reported_and_harms_no_other(db: Database, aws: Aws) -> None:
    aws.sqs.send_message(QueueUrl=aws.url, MessageBody="hello")
    post = due_now(db, "threads")
    tick()
    received, failed = aws.deliver()
    assert (received, len(failed)) == (2, 1)
    assert db.fetch(STATE, id=post)[0]["status"] == "published"


def test_postgres_away_brings_the_whole_batch_back_and_the_dead_letters_raise(
    db: Database, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_posts(db, 3, due=datetime.now(UTC))
    tick()
    for each in (publisher.parts, dead_letters.connected):
        each.cache_clear()
    with monkeypatch.context() as patch:
        patch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
        received, failed = aws.deliver()
        assert (received, len(failed)) == (3, 3)
        assert aws.counts() == (0, 3, 0)
        with pytest.raises(psycopg.OperationalError):
            dead_letters.handler(sample("dead_letters"), LAMBDA)
        publisher.parts.cache_clear()
        dead_letters.connected.cache_clear()


def test_dead_letters_are_looked_up_and_sent_again(db: Database, aws: Aws) -> None:
    post = due_now(db, "threads")
    tick()
    records = aws.receive(aws.url)  # and the publisher dies
    for record in records:
        record["eventSourceARN"] = aws.dead_arn
    report = {"ended": 0, "resent": 1, "settled_before": 0, "ends": []}
    assert dead_letters.handler({"Records": records}, LAMBDA) == report
    report = {"ended": 0, "resent": 0, "settled_before": 1, "ends": []}
    assert dead_letters.handler(sample("dead_letters"), LAMBDA) == report
    assert db.fetch(STATE, id=post)[0]["state"] == "queued"


def test_the_migrator_says_which_revision_there_is(aws: Aws) -> None:
    assert migrator.handler(sample("migrator"), LAMBDA) == {"revision": head()}
