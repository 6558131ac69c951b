"""POST queue {action: redrive}: publications of dead letters are sent again, and grouped by cause."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from minutehand.operations import redrive as redrive_module
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support.api import Api
from tests.support.clock import START, FakeClock
from tests.support.jobs import make_job
from tests.support.operations import Aws

PUBLICATION = Query("publication", "SELECT id, job_id FROM publications WHERE post_id = %(post)s")
SENT = Query("sent", "SELECT leases, sent_at, queued_at FROM publications WHERE post_id = %(post)s")
TRIED = Query(
    "tried",
    """INSERT INTO publication_attempts (publication_id, attempt, event, code, reason, at)
       SELECT id, 1, 'transient', 'server_error', 'Bluesky said 503.', due_at
       FROM publications WHERE post_id = %(post)s""",
)


def die(db: Database, aws: Aws, state: str) -> tuple[UUID, str]:
    """Put the message of a new job into the dead-letter queue, and return the post's id and the message."""
    post_id = make_job(db, state)
    [row] = db.fetch(PUBLICATION, post=post_id)
    body = json.dumps({"publicationId": str(row["id"]), "jobId": str(row["job_id"])})
    aws.sqs.send_message(QueueUrl=aws.dead_letter_queue_url, MessageBody=body)
    return post_id, body


def redrive(api: Api) -> dict[str, Any]:
    reply = api.call("queue", {"action": "redrive"}, user="olga", roles="operator", httpMethod="POST")
    assert reply.status == 200, reply.text
    return reply.body


def remaining(aws: Aws) -> int:
    attributes = aws.sqs.get_queue_attributes(QueueUrl=aws.dead_letter_queue_url, AttributeNames=["All"])["Attributes"]
    return int(attributes["ApproximateNumberOfMessages"]) + int(attributes["ApproximateNumberOfMessagesNotVisible"])


def test_redrive_of_an_empty_queue_reports_nothing(api: Api) -> None:
    nothing = {"sent": 0, "settled": 0, "unreadable": 0, "complete": True, "causes": []}

    assert redrive(api) == {"success": True} | nothing


def test_open_publication_is_sent_again(api: Api, db: Database, aws: Aws) -> None:
    tried, body = die(db, aws, "waiting")
    db.fetch(TRIED, post=tried)
    db.fetch(Query("leases", "UPDATE publications SET leases = 5"))
    die(db, aws, "waiting")

    report = redrive(api)

    assert (report["sent"], report["settled"]) == (2, 0)
    assert {(each["outcome"], each["cause"], each["reason"], each["count"]) for each in report["causes"]} == {
        ("sent", "server_error", "Bluesky said 503.", 1),
        ("sent", "never_begun", None, 1),
    }
    assert remaining(aws) == 0
    sent = aws.receive(aws.publish_queue_url)
    assert len(sent) == 2
    assert body in sent
    assert db.fetch(SENT, post=tried) == [{"leases": 0, "sent_at": START, "queued_at": START}]


@pytest.mark.parametrize("state", ["completed", "failed", "unknown", "held"])
def test_dead_letter_of_an_ended_or_held_publication_is_only_deleted(
    api: Api, db: Database, aws: Aws, state: str
) -> None:
    die(db, aws, state)

    report = redrive(api)

    known = {"completed": "published"}.get(state, state)
    assert (report["sent"], report["settled"]) == (0, 1)
    assert [(each["outcome"], each["cause"]) for each in report["causes"]] == [("settled", known)]
    assert remaining(aws) == 0
    assert aws.receive(aws.publish_queue_url) == []


def test_leased_publication_is_sent_again_only_after_its_lease_expires(
    api: Api, db: Database, aws: Aws, clock: FakeClock
) -> None:
    _, body = die(db, aws, "active")
    assert [(each["outcome"], each["cause"]) for each in redrive(api)["causes"]] == [("settled", "publishing")]

    clock.advance(seconds=90)
    aws.sqs.send_message(QueueUrl=aws.dead_letter_queue_url, MessageBody=body)

    assert redrive(api)["sent"] == 1


def test_dead_letter_of_a_deleted_post_is_deleted(api: Api, aws: Aws) -> None:
    aws.sqs.send_message(
        QueueUrl=aws.dead_letter_queue_url, MessageBody=json.dumps({"publicationId": str(uuid4()), "jobId": "j"})
    )

    assert [(each["outcome"], each["cause"]) for each in redrive(api)["causes"]] == [("settled", "deleted")]
    assert remaining(aws) == 0


def test_unreadable_dead_letter_stays_in_the_queue(api: Api, aws: Aws) -> None:
    aws.sqs.send_message(QueueUrl=aws.dead_letter_queue_url, MessageBody="hello")

    report = redrive(api)

    assert (report["unreadable"], report["sent"]) == (1, 0)
    assert [(each["outcome"], each["count"]) for each in report["causes"]] == [("unreadable", 1)]
    assert remaining(aws) == 1


def test_redrive_stops_at_its_limit_and_is_not_complete(
    api: Api, db: Database, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redrive_module, "MAX_MESSAGES", 10)
    for _ in range(15):
        die(db, aws, "waiting")

    first, second = redrive(api), redrive(api)

    assert (first["sent"], first["complete"]) == (10, False)
    assert (second["sent"], second["complete"]) == (5, True)
    assert remaining(aws) == 0


def test_message_that_sqs_refuses_is_left_to_the_tick(
    api: Api, db: Database, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    post_id, _ = die(db, aws, "waiting")
    aws.sqs.delete_queue(QueueUrl=aws.publish_queue_url)

    redrive(api)

    assert db.fetch(SENT, post=post_id) == [{"leases": 0, "sent_at": None, "queued_at": START}]
    assert remaining(aws) == 0
