"""POST posts/retry: failed publications go out again; published and unknown ones do not."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support.api import Api
from tests.support.clock import START, FakeClock
from tests.support.factories import make_post
from tests.support.sqs import FakeSqs

END = Query(
    "end",
    """UPDATE publications
       SET state = %(state)s, published_at = CASE WHEN %(state)s = 'published' THEN due_at END,
           failure_code = CASE WHEN %(state)s <> 'published' THEN 'broken' END,
           failure_reason = CASE WHEN %(state)s <> 'published' THEN 'It broke.' END
       WHERE post_id = %(id)s AND platform = %(platform)s""",
)
FAIL = Query("fail", "UPDATE social_posts SET status = 'failed', failure_reason = 'It broke.' WHERE id = %(id)s")


def failed(api: Api, db: Database, sqs: FakeSqs, **states: str) -> str:
    """Return a failed post of Ada's whose publications ended in these states."""
    post = api.create(scheduledAt="2026-03-02T09:01:00Z", platforms=list(states))
    api.call("schedule_post", {"postId": post["id"]})
    sqs.purge()
    for platform, state in states.items():
        db.fetch(END, id=post["id"], platform=platform, state=state)
    db.fetch(FAIL, id=post["id"])
    sqs.sent = 0
    return str(post["id"])


def publications(api: Api, post_id: str) -> dict[str, dict[str, Any]]:
    return {each["platform"]: each for each in api.get(post_id).post["publications"]}


def test_a_retry_publishes_only_missing_publications(api: Api, db: Database, sqs: FakeSqs) -> None:
    post_id = failed(api, db, sqs, bluesky="published", mastodon="failed")
    before = publications(api, post_id)

    reply = api.call("retry_post", {"postId": post_id})

    assert reply.status == 200, reply.text
    assert reply.body["job"]["postId"] == post_id
    assert reply.body["job"]["state"] == "waiting"
    assert api.get(post_id).post["status"] == "queued"
    after = publications(api, post_id)
    assert (after["bluesky"], after["mastodon"]["state"]) == (before["bluesky"], "queued")
    assert sqs.sent == 1


def test_an_unknown_publication_is_retried_only_after_confirmation(api: Api, db: Database, sqs: FakeSqs) -> None:
    post_id = failed(api, db, sqs, bluesky="published", mastodon="unknown")
    [doubtful] = [each["id"] for each in publications(api, post_id).values() if each["state"] == "unknown"]

    reply = api.call("retry_post", {"postId": post_id})

    assert (reply.status, reply.body["code"]) == (409, "outcome_unknown")
    assert [detail["allowed"] for detail in reply.body["details"]] == [doubtful]
    assert sqs.sent == 0

    confirmed = api.call("retry_post", {"postId": post_id, "confirmNotPublished": [doubtful, doubtful]})

    assert confirmed.status == 200, confirmed.text
    assert publications(api, post_id)["mastodon"]["state"] == "queued"
    assert sqs.sent == 1


def test_a_repeated_request_creates_one_job(api: Api, db: Database, sqs: FakeSqs) -> None:
    post_id = failed(api, db, sqs, bluesky="failed")
    key = {"idempotency-key": "again-1"}

    first, second = (api.call("retry_post", {"postId": post_id}, headers=key) for _ in range(2))

    assert first.text == second.text
    assert second.headers["idempotent-replayed"] == "true"
    assert sqs.sent == 1


def test_a_second_retry_without_a_key_is_refused(api: Api, db: Database, sqs: FakeSqs) -> None:
    post_id = failed(api, db, sqs, bluesky="failed")
    api.call("retry_post", {"postId": post_id})

    reply = api.call("retry_post", {"postId": post_id})

    assert (reply.status, reply.body["code"]) == (409, "not_failed")


def test_a_retry_after_the_post_s_time_goes_out_now(api: Api, db: Database, sqs: FakeSqs, clock: FakeClock) -> None:
    post_id = failed(api, db, sqs, bluesky="failed")
    clock.advance(hours=1)

    reply = api.call("retry_post", {"postId": post_id})

    assert reply.body["job"]["scheduledAt"] == "2026-03-02T10:00:00.000Z"
    assert [message.visible_at for message in sqs.messages.values()] == [clock.now()]


@pytest.mark.parametrize(
    ("status", "phrase"), [("draft", "is a draft"), ("scheduled", "is scheduled"), ("published", "is published")]
)
def test_a_post_that_did_not_fail_cannot_be_retried(api: Api, db: Database, status: str, phrase: str) -> None:
    post_id = make_post(db, now=START)
    if status != "scheduled":
        change = (
            "status = 'draft', scheduled_at = NULL" if status == "draft" else "status = 'published', posted_at = now()"
        )
        db.fetch(Query("change", f"UPDATE social_posts SET {change}"))

    reply = api.call("retry_post", {"postId": str(post_id)})

    assert (reply.status, reply.body["code"]) == (409, "not_failed")
    assert reply.body["error"] == f"This post {phrase}; only a failed post can be retried."


@pytest.mark.parametrize(
    "confirmed",
    [["post-1"], [str(uuid4())], "all", [5], [str(UUID(int=1))] * 501],
    ids=["no id", "unknown", "no list", "number", "too many"],
)
def test_confirmed_ids_must_be_unknown_publications_of_the_post(
    api: Api, db: Database, sqs: FakeSqs, confirmed: object
) -> None:
    post_id = failed(api, db, sqs, bluesky="unknown", mastodon="failed")

    reply = api.call("retry_post", {"postId": post_id, "confirmNotPublished": confirmed})

    assert (reply.status, reply.body["code"]) == (400, "invalid_input")
    assert reply.body["details"][0]["field"].startswith("confirmNotPublished")


def test_only_the_owner_s_editors_may_retry_a_post(api: Api, db: Database, sqs: FakeSqs) -> None:
    post_id = failed(api, db, sqs, bluesky="failed")

    assert api.call("retry_post", {"postId": post_id}, user="mallory", roles="admin").status == 404
    assert api.call("retry_post", {"postId": str(uuid4())}).status == 404
    assert api.call("retry_post", {"postId": "post-123-abc"}).status == 404
    assert api.call("retry_post", {"postId": post_id}, roles="viewer").status == 403
    assert api.call("retry_post", {"postId": post_id}, user=None).status == 401
    assert api.get(post_id).post["status"] == "failed"
