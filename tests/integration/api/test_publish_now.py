"""Posts that are created to be published now, or within the horizon."""

from typing import Any

import pytest

from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support.api import Api, Reply
from tests.support.factories import connect
from tests.support.sqs import FakeSqs

NOW = "2026-03-02T09:00:00.000Z"
POSTS = Query("posts", "SELECT count(*) AS posts FROM social_posts")
POST = {"content": "The kiln is warm.", "platforms": ["bluesky"]}
TOO_LONG = {"content": "x" * 301}


def create(api: Api, key: str | None = None, **fields: Any) -> Reply:
    headers = {"Idempotency-Key": key} if key else None
    return api.call("create_post", POST | fields, headers=headers)


def rejecting(api: Api) -> Api:
    """Let the API refuse posts on platforms without a connection."""
    api.configure("create_post", UNCONNECTED_PLATFORMS="reject")
    return api


def test_only_a_post_that_is_created_near_its_time_has_the_event_of_its_job(api: Api) -> None:
    """The scheduler is the actor of the claim, even in a call."""
    near, later = create(api, publish="now").post, create(api, scheduledAt="2026-03-02T09:30:00Z").post

    history = [
        [(event["type"], event["actor"]) for event in each["history"]]
        for each in (
            api.call("get_post", query={"postId": post["id"], "include": "history"}).body for post in (near, later)
        )
    ]

    claimed = [("post.scheduled", "ada"), ("post.queued", "scheduler")]
    assert sorted(history[0]) == sorted([("post.created", "ada"), *claimed])
    assert history[1] == [("post.created", "ada")]


@pytest.mark.parametrize("fields", [{"publish": "now"}, {"scheduledAt": "2026-03-02T09:02:00Z"}])
def test_near_post_is_queued_with_its_job_and_sent(api: Api, sqs: FakeSqs, fields: dict[str, Any]) -> None:
    reply = create(api, **fields)

    assert (reply.status, reply.post["status"]) == (201, "queued")
    assert [publication["state"] for publication in reply.post["publications"]] == ["queued"]
    assert reply.body["job"]["postId"] == reply.post["id"]
    assert reply.body["job"]["state"] == "waiting"
    assert len(sqs.messages) == 1


def test_post_beyond_the_horizon_is_left_to_the_tick(api: Api, sqs: FakeSqs) -> None:
    reply = create(api, scheduledAt="2026-03-02T09:02:01Z")

    assert reply.post["status"] == "scheduled"
    assert "job" not in reply.body
    assert not sqs.messages


def test_repeated_request_to_publish_now_publishes_once(api: Api, db: Database, sqs: FakeSqs) -> None:
    first, second = (create(api, "key", publish="now") for _ in range(2))

    assert second.body == first.body
    assert (db.one(POSTS), len(sqs.messages)) == ({"posts": 1}, 1)


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        (TOO_LONG, 400, "invalid_content"),
        ({"platforms": []}, 400, "invalid_input"),
        ({"scheduledAt": "2026-03-02T12:00:00Z"}, 400, "invalid_input"),
        ({"publish": "later"}, 400, "invalid_input"),
        ({"platforms": ["bluesky", "x"]}, 409, "not_connected"),
        (TOO_LONG | {"approvalRequired": True}, 400, "invalid_content"),
    ],
)
def test_post_that_cannot_be_published_now_is_refused_and_not_created(
    api: Api, db: Database, sqs: FakeSqs, fields: dict[str, Any], status: int, code: str
) -> None:
    connect(db, "bluesky")

    reply = create(rejecting(api), **{"publish": "now", **fields})

    assert (reply.status, reply.body["code"]) == (status, code)
    assert (db.one(POSTS), len(sqs.messages)) == ({"posts": 0}, 0)


@pytest.mark.parametrize(("fields", "code"), [(TOO_LONG, "invalid_content"), ({}, "not_connected")])
def test_near_post_that_cannot_be_published_stays_scheduled_with_a_warning(
    api: Api, sqs: FakeSqs, fields: dict[str, Any], code: str
) -> None:
    reply = create(rejecting(api), scheduledAt="2026-03-02T09:01:00Z", **fields)

    assert (reply.status, reply.post["status"]) == (201, "scheduled")
    assert code in [warning["code"] for warning in reply.body["warnings"]]
    assert "job" not in reply.body
    assert not sqs.messages


def test_approval_sets_the_time_of_a_post_to_publish_now(api: Api, sqs: FakeSqs, db: Database) -> None:
    connect(db, "bluesky")
    waiting = create(api, publish="now", approvalRequired=True, publishWithinSeconds=60)
    api.clock.advance(hours=30)

    reply = api.call("approve_post", {"postId": waiting.post["id"], "approved": True}, roles="approver")

    assert (waiting.post["status"], waiting.post["publishOnApproval"]) == ("scheduled", True)
    assert (reply.status, reply.post["status"]) == (200, "queued")
    assert reply.post["scheduledAt"] == "2026-03-03T15:00:00.000Z"
    assert reply.body["job"]["state"] == "waiting"
    assert "warnings" not in reply.body
    assert len(sqs.messages) == 1


def test_rejection_keeps_the_time_of_a_post_to_publish_now(api: Api) -> None:
    post = create(api, publish="now", approvalRequired=True).post
    api.clock.advance(hours=1)

    rejection = {"postId": post["id"], "approved": False, "comment": "Not today."}
    reply = api.call("approve_post", rejection, roles="approver")

    assert (reply.post["status"], reply.post["scheduledAt"]) == ("scheduled", NOW)


def test_new_time_replaces_the_wait_for_the_approval(api: Api) -> None:
    post = create(api, publish="now", approvalRequired=True).post

    changed = api.call("update_post", {"postId": post["id"], "scheduledAt": "2026-03-02T12:00:00Z"}).post

    assert (changed["publishOnApproval"], changed["scheduledAt"]) == (False, "2026-03-02T12:00:00.000Z")


def test_validation_accepts_the_body_of_a_post_to_publish_now(api: Api) -> None:
    assert api.call("validate_post", POST | {"publish": "now"}).status == 200
