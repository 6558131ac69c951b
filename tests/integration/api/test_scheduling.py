from datetime import timedelta
from uuid import uuid4

import pytest

from minutehand.queue.outbox import Outbox
from minutehand.queue.resources import open_request_outbox
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support.api import Api
from tests.support.clock import START
from tests.support.cold_start import start
from tests.support.factories import make_post
from tests.support.sqs import FakeSqs

COUNTS = Query("counts", "SELECT count(*) AS publications, count(sent_at) AS sent FROM publications")


def test_a_post_for_later_gets_a_job_and_stays_scheduled(api: Api, sqs: FakeSqs) -> None:
    post = api.create(scheduledAt="2026-03-02T14:00:00Z", platforms=["linkedin", "x"])

    reply = api.call("schedule_post", {"postId": post["id"]})

    assert reply.status == 200
    assert reply.body == {
        "success": True,
        "job": {
            "id": reply.body["job"]["id"],
            "postId": post["id"],
            "scheduledAt": "2026-03-02T14:00:00.000Z",
            "platforms": ["linkedin", "x"],
            "status": "queued",
            "state": "delayed",
        },
    }
    assert api.get(post["id"]).post["status"] == "scheduled"
    assert sqs.sent == 0


def test_a_repeated_call_returns_the_same_job(api: Api) -> None:
    post = api.create(scheduledAt="2026-03-02T14:00:00Z")

    first, second = (api.call("schedule_post", {"postId": post["id"]}).body["job"] for _ in range(2))

    assert first == second


def test_a_post_that_is_near_is_queued_and_sent_at_once(api: Api, db: Database, sqs: FakeSqs) -> None:
    post = api.create(scheduledAt="2026-03-02T09:01:00Z", platforms=["bluesky", "mastodon"])

    reply = api.call("schedule_post", {"postId": post["id"]})

    assert reply.body["job"]["state"] == "waiting"
    assert api.get(post["id"]).post["status"] == "queued"
    assert db.one(COUNTS) == {"publications": 2, "sent": 2}
    assert {message.visible_at for message in sqs.messages.values()} == {START + timedelta(seconds=59)}


def test_a_post_is_queued_even_if_its_message_cannot_be_sent(api: Api, db: Database, sqs: FakeSqs) -> None:
    post = api.create(scheduledAt="2026-03-02T09:10:00Z")
    api.clock.advance(minutes=9)
    sqs.refuse = 1

    assert api.call("schedule_post", {"postId": post["id"]}).status == 200
    assert db.one(COUNTS) == {"publications": 1, "sent": 0}


def test_a_draft_cannot_be_scheduled_without_a_time(api: Api) -> None:
    reply = api.call("schedule_post", {"postId": api.create()["id"]})

    assert (reply.status, reply.body["code"]) == (409, "not_scheduled")


def test_a_post_that_waits_for_approval_is_refused(api: Api) -> None:
    post = api.create(scheduledAt="2026-03-02T14:00:00Z", approvalRequired=True)

    reply = api.call("schedule_post", {"postId": post["id"]})

    assert (reply.status, reply.body["code"]) == (409, "not_approved")


def test_a_post_whose_time_is_past_is_refused(api: Api, db: Database) -> None:
    post_id = make_post(db, now=START, due=START - timedelta(seconds=61))

    reply = api.call("schedule_post", {"postId": str(post_id)})

    assert (reply.status, reply.body["code"]) == (409, "time_is_past")


def test_where_sandboxing_is_off_the_missing_platform_is_named(api: Api) -> None:
    api.configure("schedule_post", UNCONNECTED_PLATFORMS="reject")
    post = api.create(scheduledAt="2026-03-02T14:00:00Z", platforms=["mastodon"])

    reply = api.call("schedule_post", {"postId": post["id"]})

    assert (reply.status, reply.body["code"]) == (409, "not_connected")
    assert "Mastodon" in reply.body["error"]


@pytest.mark.parametrize("function", ["schedule_post", "cancel_post"])
def test_a_post_of_another_owner_is_not_found(api: Api, function: str) -> None:
    post = api.create(scheduledAt="2026-03-02T14:00:00Z")

    assert api.call(function, {"postId": post["id"]}, user="mallory").status == 404
    assert api.call(function, {"postId": str(uuid4())}).status == 404
    assert api.call(function, {"postId": "post-123-abc"}).status == 404


@pytest.mark.parametrize("at", ["2026-03-02T09:01:00Z", "2026-03-02T14:00:00Z"])
def test_a_cancel_before_publishing_makes_the_post_a_draft(api: Api, at: str) -> None:
    post = api.create(scheduledAt=at)
    api.call("schedule_post", {"postId": post["id"]})

    reply = api.call("cancel_post", {"postId": post["id"]})

    assert reply.status == 200
    assert reply.body["message"] == "Post cancelled successfully"
    assert (reply.post["status"], reply.post["scheduledAt"]) == ("draft", None)


def test_a_second_cancel_is_refused(api: Api) -> None:
    post = api.create(scheduledAt="2026-03-02T14:00:00Z")
    api.call("cancel_post", {"postId": post["id"]})

    reply = api.call("cancel_post", {"postId": post["id"]})

    assert (reply.status, reply.body["code"]) == (409, "nothing_to_cancel")
    assert "already cancelled" in reply.body["error"]


def test_a_cancel_during_publishing_cancels_the_remaining_publications(api: Api, db: Database) -> None:
    post = api.create(scheduledAt="2026-03-02T09:01:00Z", platforms=["bluesky", "mastodon"])
    api.call("schedule_post", {"postId": post["id"]})
    begin = Query(
        "begin",
        """UPDATE publications SET state = 'publishing', lease_token = gen_random_uuid(), lease_until = now(),
           armed_at = due_at, started_at = due_at WHERE platform = 'bluesky'""",
    )
    db.fetch(begin)

    reply = api.call("cancel_post", {"postId": post["id"]})

    assert reply.body["message"] == "Post cancelled in part: a publication is public or may become public"
    assert [(each["platform"], each["state"]) for each in reply.post["publications"]] == [
        ("bluesky", "publishing"),
        ("mastodon", "cancelled"),
    ]


def test_the_outbox_is_opened_from_the_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    environ = {
        "DATABASE_URL": "postgresql://nowhere",
        "PUBLISH_QUEUE_URL": "https://sqs.example/queue",
        "SEND_LEAD_SECONDS": "2",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
    }
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("DATABASE_SECRET_ARN", raising=False)
    function = start("schedule_post").function

    outbox = function.resource(open_request_outbox)

    assert isinstance(outbox, Outbox)
    assert function.lazy(open_request_outbox)() is outbox
    assert function.config.send_lead == timedelta(seconds=2)


def test_a_job_that_cannot_be_sent_at_once_is_left_to_the_tick(api: Api, db: Database) -> None:
    def unreachable(_: object) -> Outbox:
        raise ConnectionError("no way to SQS")

    api.replace(open_request_outbox, unreachable)
    post = api.create(scheduledAt="2026-03-02T09:01:00Z")

    reply = api.call("schedule_post", {"postId": post["id"]})

    assert reply.status == 200
    assert reply.body["job"]["state"] == "waiting"
    assert db.one(COUNTS) == {"publications": 1, "sent": 0}
