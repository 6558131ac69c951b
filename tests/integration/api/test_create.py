from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from psycopg.errors import CheckViolation

from minutehand.posts.constraints import translate_violations
from minutehand.runtime.db import Database
from minutehand.runtime.errors import InvalidInput
from minutehand.runtime.sql import Query
from tests.support.api import Api
from tests.support.clock import START, FakeClock
from tests.support.factories import connect
from tests.support.post_fields import COMPLETE, DEFAULTS

EVENTS = Query("events", "SELECT type, actor, owner_id, data FROM events WHERE post_id = %(id)s ORDER BY id")


def test_a_post_without_a_time_is_a_draft(api: Api) -> None:
    reply = api.call("create_post", {"content": DEFAULTS["content"]})

    assert reply.status == 201
    assert reply.body["success"] is True
    assert "warnings" not in reply.body
    assert reply.post == DEFAULTS | {
        "id": reply.post["id"],
        "status": "draft",
        "scheduledAtLocal": None,
        "postedAt": None,
        "approvalStatus": None,
        "publishOnApproval": False,
        "approvalBy": None,
        "approvalAt": None,
        "approvalComment": None,
        "failureReason": None,
        "ownerId": "ada",
        "createdBy": "ada",
        "createdAt": "2026-03-02T09:00:00.000Z",
        "updatedAt": "2026-03-02T09:00:00.000Z",
        "version": 1,
        "publications": [],
    }


def test_a_post_with_a_time_is_scheduled_and_shown_in_its_time_zone(api: Api) -> None:
    post = api.create(scheduledAt="2026-07-01T09:30", timezone="Europe/Berlin")

    assert post["status"] == "scheduled"
    assert post["scheduledAt"] == "2026-07-01T07:30:00.000Z"
    assert post["scheduledAtLocal"] == "2026-07-01T09:30:00.000+02:00"


def test_the_response_returns_all_given_fields(api: Api, db: Database) -> None:
    connections = [str(connect(db, "x")), str(connect(db, "mastodon"))]
    given = COMPLETE | {
        "platforms": ["Twitter", "instagram"],
        "campaign": " Open studio ",
        "connectionIds": connections,
    }

    post = api.create(**given)

    assert post["approvalStatus"] == "pending"
    kept = {"platforms": ["x", "instagram", "mastodon"], "campaign": "Open studio"}
    assert {name: post[name] for name in given} == given | kept
    assert api.get(post["id"]).post == post


def test_a_post_is_written_and_shown_in_the_schema_of_a_newer_release(own_database_url: str, clock: FakeClock) -> None:
    """The migrator adds columns before the functions of the newer release run, and a rollback keeps the columns."""
    with closing(Database(lambda: own_database_url)) as db:
        db.fetch(Query("expand", "ALTER TABLE social_posts ADD COLUMN new_in_next text NOT NULL DEFAULT 'kept'"))
        api = Api(db, clock)

        post = api.create()
        changed = api.call("update_post", {"postId": post["id"], "notes": "Ask Mia."}).post

        assert changed == post | {"notes": "Ask Mia.", "version": 2}
        assert "newInNext" not in post
        assert db.fetch(Query("stored", "SELECT new_in_next FROM social_posts")) == [{"new_in_next": "kept"}]


def test_a_creator_may_create_a_post_for_another_owner(api: Api) -> None:
    reply = api.call("create_post", {"content": "Hello"}, user="ada", owner="studio-7")

    assert (reply.post["createdBy"], reply.post["ownerId"]) == ("ada", "studio-7")
    assert api.get(reply.post["id"], user="ada").status == 404
    assert api.get(reply.post["id"], user="bob", owner="studio-7").status == 200


def test_an_ambiguous_time_returns_a_warning(api: Api) -> None:
    reply = api.call(
        "create_post",
        {
            "content": "Hello",
            "platforms": ["bluesky"],
            "scheduledAt": "2026-10-25T02:30",
            "timezone": "Europe/Berlin",
        },
    )

    assert reply.post["scheduledAt"] == "2026-10-25T00:30:00.000Z"
    assert [(w["field"], w["code"]) for w in reply.body["warnings"]] == [("scheduledAt", "ambiguous_time")]
    assert "2026-10-25T02:30:00+01:00" in reply.body["warnings"][0]["message"]


@pytest.mark.parametrize("ago", [0, 59, 60])
def test_a_time_up_to_a_minute_ago_is_accepted(api: Api, ago: int) -> None:
    at = START - timedelta(seconds=ago)

    assert api.create(scheduledAt=at.isoformat())["status"] == "queued"


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"content": ""}, "content", "Post content cannot be empty"),
        ({"content": " \n\u200b\t"}, "content", "Post content cannot be empty"),
        ({}, "content", "Post content cannot be empty"),
        (
            {"content": "a", "scheduledAt": "2026-03-02T08:58:59Z"},
            "scheduledAt",
            "scheduledAt 2026-03-02T08:58:59+00:00 is in the past.",
        ),
        (
            {"content": "a", "scheduledAt": "2026-04-02T08:58:59Z"},
            "platforms",
            "A post with a time needs at least one platform.",
        ),
    ],
)
def test_an_invalid_post_is_refused_with_its_field_and_not_created(
    api: Api, db: Database, fields: dict[str, Any], field: str, sentence: str
) -> None:
    reply = api.call("create_post", fields)

    assert reply.status == 400
    assert reply.body["success"] is False
    assert reply.body["error"] == sentence
    assert reply.body["code"] == "invalid_input"
    assert [detail["field"] for detail in reply.body["details"]] == [field]
    assert reply.body["requestId"] == "6f1d2c3b-4a59-4e68-9b7c-8d9e0f1a2b3c"
    assert api.call("list_posts").body["posts"] == []


@pytest.mark.parametrize(
    ("content", "status", "field"), [("", "draft", "content"), ("Hello", "scheduled", "platforms")]
)
def test_a_constraint_violation_names_the_field(db: Database, content: str, status: str, field: str) -> None:
    insert = Query(
        "insert",
        "INSERT INTO social_posts (content, status, created_by, owner_id) VALUES (%(content)s, %(status)s, 'a', 'a')",
    )

    with pytest.raises(InvalidInput) as refused, translate_violations():
        db.fetch(insert, content=content, status=status)

    assert [detail["field"] for detail in refused.value.details] == [field]


def test_an_unknown_constraint_violation_stays_an_internal_error(db: Database) -> None:
    insert = Query(
        "insert",
        "INSERT INTO social_posts (content, status, created_by, owner_id) VALUES ('Hello', 'lost', 'a', 'a')",
    )

    with pytest.raises(CheckViolation), translate_violations():
        db.fetch(insert)


def test_a_created_post_has_an_event(api: Api, db: Database) -> None:
    reply = api.call("create_post", {"content": "Hello"}, user="ada", owner="studio-7")

    (event,) = db.fetch(EVENTS, id=reply.post["id"])
    assert event == {"type": "post.created", "actor": "ada", "owner_id": "studio-7", "data": {"status": "draft"}}
