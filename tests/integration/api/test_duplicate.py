"""POST posts/duplicate: a new post with the fields of an existing one, and nothing of its history."""

from typing import Any
from uuid import uuid4

import pytest

from minutehand.posts.forms.post import FIELDS
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support.api import Api, Reply
from tests.support.factories import connect
from tests.support.sqs import FakeSqs

WHOLE: dict[str, Any] = {
    "content": "The kiln is warm.",
    "platforms": ["bluesky", "mastodon"],
    "mediaUrls": ["https://images.example/kiln.jpg"],
    "altTexts": {"https://images.example/kiln.jpg": "A kiln."},
    "platformOptions": {"bluesky": {"thread": ["Second part."]}, "mastodon": {"firstComment": "Hello."}},
    "variants": {"mastodon": {"content": "The kiln is warm, Fediverse."}},
    "publishWithinSeconds": 3600,
    "timezone": "Europe/Berlin",
    "campaign": "kilns",
    "notes": "Ask Mia.",
}
PUBLISHED = Query(
    "published",
    "UPDATE social_posts SET status = 'published', posted_at = now(), job_id = gen_random_uuid() WHERE id = %(id)s",
)
DELETE_CONNECTION = Query("delete_connection", "DELETE FROM social_connections WHERE id = %(id)s")


def duplicate(api: Api, post: dict[str, Any], *, headers: dict[str, str] | None = None, **fields: Any) -> Reply:
    return api.call("duplicate_post", {"postId": post["id"]} | fields, headers=headers)


def test_duplicate_has_every_field_of_its_original_except_the_time(api: Api) -> None:
    original = api.create(**WHOLE, scheduledAt="2026-05-04T09:30")

    reply = duplicate(api, original)

    assert reply.status == 201, reply.text
    copied = set(FIELDS.values()) - {"scheduledAt"}
    assert {name: reply.post[name] for name in copied} == {name: original[name] for name in copied}
    assert (reply.post["status"], reply.post["scheduledAt"], reply.post["version"]) == ("draft", None, 1)
    assert reply.post["id"] != original["id"]


def test_duplicate_of_a_published_post_has_nothing_of_its_history(api: Api, db: Database, sqs: FakeSqs) -> None:
    original = api.create(approvalRequired=True, scheduledAt="2026-03-02T09:01:00Z")
    api.call("approve_post", {"postId": original["id"], "approved": True}, roles="approver")
    db.fetch(PUBLISHED, id=original["id"])

    copy = duplicate(api, original).post

    seen = api.call("get_post", query={"postId": copy["id"], "include": "history,attempts"}).body
    assert [event["type"] for event in seen["history"]] == ["post.created"]
    assert (seen["attempts"], seen["post"]["publications"], seen["post"]["postedAt"]) == ([], [], None)
    assert (copy["approvalRequired"], copy["approvalStatus"], copy["approvalBy"]) == (True, "pending", None)


def test_local_time_of_a_duplicate_is_in_the_time_zone_of_its_original(api: Api) -> None:
    original = api.create(**WHOLE)

    there = duplicate(api, original, scheduledAt="2026-05-04T09:30").post
    elsewhere = duplicate(api, original, scheduledAt="2026-05-04T09:30", timezone="Asia/Tokyo").post

    assert (there["status"], there["scheduledAt"]) == ("scheduled", "2026-05-04T07:30:00.000Z")
    assert (elsewhere["timezone"], elsewhere["scheduledAt"]) == ("Asia/Tokyo", "2026-05-04T00:30:00.000Z")


def test_duplicate_that_is_near_its_time_is_sent_at_once(api: Api, sqs: FakeSqs) -> None:
    reply = duplicate(api, api.create(), scheduledAt="2026-03-02T09:01:00Z")

    assert (reply.post["status"], reply.body["job"]["postId"]) == ("queued", reply.post["id"])
    assert sqs.sent == 1


def test_duplicate_on_other_platforms_keeps_only_the_connections_on_them(api: Api, db: Database) -> None:
    connections = {platform: str(connect(db, platform)) for platform in ("bluesky", "mastodon")}
    original = api.create(connectionIds=list(connections.values()))

    one = duplicate(api, original, platforms=["mastodon", "x"]).post
    none = duplicate(api, original, connectionIds=[]).post

    assert (one["platforms"], one["connectionIds"]) == (["mastodon", "x"], [connections["mastodon"]])
    assert (none["platforms"], none["connectionIds"]) == (["bluesky", "mastodon"], [])


def test_duplicate_on_named_connections_has_only_their_platforms(api: Api, db: Database) -> None:
    """Otherwise, the duplicate would also be published on the default connections of its original's platforms."""
    other, mastodon, x = (str(connect(db, platform)) for platform in ("bluesky", "mastodon", "x"))
    original = api.create(platforms=["bluesky", "x"], connectionIds=[x])

    elsewhere = duplicate(api, original, connectionIds=[mastodon]).post
    same = duplicate(api, original, connectionIds=[other]).post
    added = duplicate(api, original, connectionIds=[mastodon], platforms=["x"]).post

    assert (elsewhere["platforms"], elsewhere["connectionIds"]) == (["mastodon"], [mastodon])
    assert (same["platforms"], same["connectionIds"]) == (["bluesky"], [other])
    assert (added["platforms"], added["connectionIds"]) == (["x", "mastodon"], [mastodon])


def test_duplicate_never_goes_to_another_account_instead_of_a_disconnected_one(api: Api, db: Database) -> None:
    connection = str(connect(db, "bluesky"))
    original = api.create(connectionIds=[connection])
    db.fetch(DELETE_CONNECTION, id=connection)

    refused, moved = duplicate(api, original), duplicate(api, original, connectionIds=[])

    assert (refused.status, refused.body["code"]) == (400, "connection_not_found")
    assert moved.status == 201


def test_duplicate_has_the_warnings_of_a_new_post(api: Api) -> None:
    original = api.create(platforms=[])

    reply = duplicate(api, original, platforms=["instagram"])

    assert [(each["code"], each["platform"]) for each in reply.body["warnings"]] == [("invalid_content", "instagram")]


def test_repeated_request_creates_one_duplicate(api: Api) -> None:
    original, key = api.create(), {"idempotency-key": "again"}

    first, second = (duplicate(api, original, headers=key) for _ in range(2))

    assert (second.text, second.headers["idempotent-replayed"]) == (first.text, "true")
    assert len(api.call("list_posts").body["posts"]) == 2


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"scheduledAt": "2026-03-29T02:30", "timezone": "Europe/Berlin"}, "scheduledAt"),
        ({"scheduledAt": "2020-03-29T02:30:00Z"}, "scheduledAt"),
        ({"platforms": [], "scheduledAt": "2026-05-04T09:30:00Z"}, "platforms"),
        ({"platforms": ["myspace"]}, "platforms[0]"),
        ({"connectionIds": [str(uuid4())]}, "connectionIds"),
        ({"content": "Other"}, "content"),
    ],
    ids=["skipped time", "past time", "no platform", "platform", "connection", "unknown field"],
)
def test_invalid_duplicate_is_refused(api: Api, fields: dict[str, Any], field: str) -> None:
    reply = duplicate(api, api.create(), **fields)

    assert (reply.status, reply.body["details"][0]["field"]) == (400, field)
    assert len(api.call("list_posts").body["posts"]) == 1


def test_only_the_owner_s_editors_may_duplicate_a_post(api: Api) -> None:
    body = {"postId": api.create()["id"]}

    assert api.call("duplicate_post", body, user="mallory", roles="admin").status == 404
    assert api.call("duplicate_post", {"postId": "post-123"}).status == 404
    assert api.call("duplicate_post", body, roles="viewer").status == 403
    assert api.call("duplicate_post", body, user=None).status == 401
