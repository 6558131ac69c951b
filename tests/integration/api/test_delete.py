from typing import Any
from uuid import UUID, uuid4

import pytest

from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support.api import Api

SET_STATUS = Query(
    "set_status",
    """UPDATE social_posts SET status = %(status)s, posted_at = now(), failure_reason = 'Refused.',
       job_id = gen_random_uuid(), scheduled_at = now() WHERE id = %(id)s""",
)
PUBLICATION = Query(
    "publication",
    """INSERT INTO publications (post_id, job_id, owner_id, platform, state, due_at, next_attempt_at, queued_at,
                                 lease_token, lease_until, published_at, failure_code, failure_reason)
       SELECT id, coalesce(job_id, gen_random_uuid()), owner_id, 'bluesky', %(state)s, now(), now(), now(),
              gen_random_uuid(), now(), now(), 'refused', 'Refused.'
       FROM social_posts WHERE id = %(id)s""",
)
EVENTS = Query("events", "SELECT type, actor FROM events WHERE post_id = %(id)s ORDER BY id")


@pytest.mark.parametrize("fields", [{}, {"scheduledAt": "2026-03-02T12:00:00Z"}])
def test_a_draft_or_scheduled_post_is_deleted_and_its_events_stay(
    api: Api, db: Database, fields: dict[str, Any]
) -> None:
    post = api.create(**fields)

    reply = api.call("delete_post", {"postId": post["id"]})

    assert (reply.status, reply.body) == (200, {"success": True, "message": "Post deleted successfully"})
    assert api.get(post["id"]).status == 404
    assert [event["type"] for event in db.fetch(EVENTS, id=post["id"])] == ["post.created", "post.deleted"]
    assert api.call("delete_post", {"postId": post["id"]}).status == 404


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_a_failed_post_without_published_parts_is_deleted(api: Api, db: Database, state: str) -> None:
    post = api.create()
    db.fetch(SET_STATUS, id=post["id"], status="failed")
    db.fetch(PUBLICATION, id=post["id"], state=state)

    assert api.call("delete_post", {"postId": post["id"]}).status == 200


@pytest.mark.parametrize("state", ["published", "unknown", "publishing", "processing"])
def test_a_failed_post_that_may_be_on_a_platform_is_kept(api: Api, db: Database, state: str) -> None:
    post = api.create()
    db.fetch(SET_STATUS, id=post["id"], status="failed")
    db.fetch(PUBLICATION, id=post["id"], state=state)

    reply = api.call("delete_post", {"postId": post["id"]})

    assert (reply.status, reply.body["code"]) == (409, "partly_published")
    assert api.get(post["id"]).status == 200


@pytest.mark.parametrize("status", ["published", "archived"])
def test_a_published_post_is_kept(api: Api, db: Database, status: str) -> None:
    post = api.create()
    db.fetch(SET_STATUS, id=post["id"], status=status)

    reply = api.call("delete_post", {"postId": post["id"]})

    assert (reply.status, reply.body["code"]) == (409, "wrong_state")
    assert reply.body["error"] == f"This post is {status} and cannot be deleted."
    assert reply.body["details"][0]["allowed"] == ["draft", "scheduled", "queued", "failed"]


def test_a_post_of_another_owner_is_not_found(api: Api) -> None:
    post = api.create()

    assert api.call("delete_post", {"postId": post["id"]}, user="mallory").status == 404
    assert api.call("delete_post", {"postId": str(uuid4())}).status == 404
    assert api.call("delete_post", {"postId": "post-123-abc"}).status == 404
    assert UUID(api.get(post["id"]).post["id"])
