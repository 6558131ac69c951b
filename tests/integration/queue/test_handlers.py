"""The functions that publish a post, with moto's SQS and KMS, the simulator, Postgres and the system clock."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from minutehand.migrations.migrate import head
from minutehand.platforms.exchange import Exchange, Reply
from minutehand.platforms.port import Transient
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support.api import sample
from tests.support.cold_start import start
from tests.support.factories import make_post, make_posts
from tests.support.functions import LAMBDA, Aws, connect_mastodon, make_due_post, mocked_aws
from tests.support.simulator import Simulator, running

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


@pytest.fixture
def aws(database_url: str, simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    with mocked_aws(database_url, simulator, monkeypatch) as aws:
        yield aws


def test_post_is_published_by_the_functions(db: Database, aws: Aws, simulator: Simulator) -> None:
    connect_mastodon(db, aws, simulator)
    post = make_due_post(db, "mastodon", "threads")
    assert aws.tick() == {"claimed": 1, "sent": 2, "unsent": 0, "recovered": 0, "finished": True}
    assert aws.deliver() == (2, [])
    rows = db.fetch(STATE, id=post)
    assert [row["status"] for row in rows] == ["published"] * 2
    assert sorted(row["sandbox"] for row in rows) == [False, True]
    assert len(simulator.posts("mastodon")) == 1
    assert len(simulator.posts()) == 2
    assert aws.counts() == (0, 0, 0)


def test_post_of_test_data_goes_to_the_sandbox_although_an_account_is_connected(
    db: Database, aws: Aws, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNCONNECTED_PLATFORMS", "reject")
    aws.stop()
    aws.start()
    connect_mastodon(db, aws, simulator, owner_id="test:ada")
    now = datetime.now(UTC)
    post = make_post(db, now=now, due=now, platforms=["mastodon", "threads"], owner_id="test:ada")

    assert aws.tick() == {"claimed": 0, "sent": 0, "unsent": 0, "recovered": 0, "finished": True}
    assert aws.deliver() == (2, [])

    rows = db.fetch(STATE, id=post)
    assert [(row["status"], row["state"], row["sandbox"]) for row in rows] == [("published", "published", True)] * 2
    assert [each["sandbox"] for each in simulator.posts()] == [True, True]


def test_messages_have_a_delay_and_a_group(db: Database, aws: Aws) -> None:
    now = datetime.now(UTC)
    make_post(db, now=now, due=now + timedelta(seconds=100), platforms=["bluesky", "mastodon"], owner_id="Ada 🏺")
    assert aws.tick()["sent"] == 2
    assert aws.counts() == (0, 0, 2)


def test_retried_message_is_hidden_for_its_backoff_and_the_others_are_done(
    db: Database, aws: Aws, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect_mastodon(db, aws, simulator)
    publish = Exchange.publish

    def refuse(self: Exchange, *arguments: Any, **options: Any) -> Reply:
        if self.platform == "Mastodon":
            raise Transient("unreachable", "Mastodon could not be reached.")
        return publish(self, *arguments, **options)

    monkeypatch.setattr(Exchange, "publish", refuse)
    post = make_post(db, now=datetime.now(UTC), due=datetime.now(UTC), platforms=["mastodon"])
    other = make_due_post(db, "threads")
    aws.tick()
    received, failed = aws.deliver()
    assert (received, len(failed)) == (2, 1)
    [row] = db.fetch(STATE, id=post)
    assert (row["state"], row["attempts"]) == ("queued", 1)
    assert db.fetch(STATE, id=other)[0]["status"] == "published"
    assert aws.counts() == (0, 1, 0)
    # the backoff of 5 s minus the lead of 3 s, not the queue's visibility timeout of 360 s
    [seconds] = aws.remaining_visibility()
    assert 0 < seconds <= 2


def test_preparation_is_retried_by_a_new_message(db: Database, aws: Aws, simulator: Simulator) -> None:
    connect_mastodon(db, aws, simulator)
    simulator.fault("mastodon", "media", "status", status=503)
    now = datetime.now(UTC)
    post = make_post(db, now=now, due=now, platforms=["mastodon"], media_urls=[simulator.image])
    aws.tick()
    assert aws.deliver() == (1, [])
    [row] = db.fetch(STATE, id=post)
    assert (row["state"], row["attempts"]) == ("queued", 0)
    assert aws.counts() == (0, 0, 1)  # one message, delayed for the backoff


def test_unreadable_message_is_reported_and_affects_no_other(db: Database, aws: Aws) -> None:
    aws.sqs.send_message(QueueUrl=aws.url, MessageBody="hello")
    post = make_due_post(db, "threads")
    aws.tick()
    received, failed = aws.deliver()
    assert (received, len(failed)) == (2, 1)
    assert db.fetch(STATE, id=post)[0]["status"] == "published"


def test_batch_is_retried_and_dead_letters_stay_while_postgres_is_unavailable(
    db: Database, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_posts(db, 3, due=datetime.now(UTC))
    aws.tick()
    aws.stop()
    with monkeypatch.context() as patch:
        patch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
        aws.start()
        received, failed = aws.deliver()
        assert (received, len(failed)) == (3, 3)
        assert aws.counts() == (0, 3, 0)
        with pytest.raises(psycopg.OperationalError):
            aws.dead_letters.handler(sample("dead_letters"), LAMBDA)


def test_dead_letters_are_sent_again(db: Database, aws: Aws) -> None:
    post = make_due_post(db, "threads")
    aws.tick()
    records = aws.receive(aws.url)  # and the publisher dies
    for record in records:
        record["eventSourceARN"] = aws.dead_letter_queue_arn
    report = {"ended": 0, "resent": 1, "settled_before": 0, "of_tests": 0, "ends": []}
    assert aws.dead_letters.handler({"Records": records}, LAMBDA) == report
    report = {"ended": 0, "resent": 0, "settled_before": 1, "of_tests": 0, "ends": []}
    assert aws.dead_letters.handler(sample("dead_letters"), LAMBDA) == report
    assert db.fetch(STATE, id=post)[0]["state"] == "queued"


def test_migrator_returns_the_revision(aws: Aws, own_database_url: str) -> None:
    app = start("migrator", environ={"DATABASE_URL": own_database_url})

    assert app.handler(sample("migrator"), LAMBDA) == {"revision": head()}
