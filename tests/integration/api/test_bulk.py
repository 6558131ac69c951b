"""POST posts/bulk: one action on many posts. Each post succeeds or fails independently of the others, and exactly
once.
"""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from minutehand.queue.resources import open_sqs
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.integration.api.test_retry import failed
from tests.support.api import Api, Reply
from tests.support.clock import START, FakeClock
from tests.support.factories import make_posts
from tests.support.sqs import FakeSqs

KEY = {"idempotency-key": "all-of-them"}
LATER = "2026-03-27T09:30"
IDS = Query("ids", "SELECT id, content FROM social_posts WHERE owner_id = 'ada' ORDER BY content")
COUNTS = Query(
    "counts", "SELECT content, count(*) AS n FROM social_posts WHERE owner_id = 'ada' GROUP BY content ORDER BY content"
)
SPOIL = Query(
    "spoil",
    """UPDATE social_posts AS post
       SET owner_id = CASE n WHEN 0 THEN 'eve' ELSE owner_id END,
           connection_ids = CASE n WHEN 1 THEN ARRAY[gen_random_uuid()] ELSE connection_ids END,
           connection_platforms = CASE n WHEN 1 THEN ARRAY['bluesky'] ELSE connection_platforms END,
           media_urls = CASE n WHEN 2 THEN ARRAY['media:' || gen_random_uuid()] ELSE media_urls END
       FROM (SELECT id, row_number() OVER (ORDER BY content) %% 50 AS n FROM social_posts) AS numbered
       WHERE post.id = numbered.id""",
)
PUBLISHED = Query("published", "UPDATE social_posts SET status = 'published', posted_at = now() WHERE id = %(id)s")


class SlowClock(FakeClock):
    """A clock on which each look takes time."""

    def __init__(self, milliseconds: int) -> None:
        super().__init__()
        self._duration = timedelta(milliseconds=milliseconds)

    def now(self) -> Any:
        self._now += self._duration
        return self._now


def bulk(api: Api, action: str, *posts: Any, headers: dict[str, str] | None = None, **fields: Any) -> Reply:
    ids = [post["id"] if isinstance(post, dict) else str(post) for post in posts]
    body = {"action": action} | ({"postIds": ids} if ids else {}) | fields
    return api.call("bulk_posts", body, headers=headers, roles="approver")


def results(reply: Reply) -> list[dict[str, Any]]:
    assert reply.status == 200, reply.text
    found: list[dict[str, Any]] = reply.body["results"]
    return found


def codes(reply: Reply) -> list[str | None]:
    return [result.get("code") for result in results(reply)]


def status(api: Api, post: dict[str, Any]) -> str:
    return str(api.get(post["id"]).post["status"])


def test_each_of_500_posts_is_duplicated_exactly_once_although_the_request_is_cut_off_twice(
    db: Database, sqs: FakeSqs, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = Api(db, SlowClock(0), openers={open_sqs: lambda _: sqs})
    make_posts(db, 498, due=START + timedelta(days=9))
    ids = [row["id"] for row in db.fetch(IDS)]
    db.fetch(SPOIL)
    posts = [*ids, uuid4(), "post-500"]
    fetch, stored = db.fetch, []

    def break_at_200(query: Query, **parameters: Any) -> list[dict[str, Any]]:
        if query.name == "store_response":
            stored.append(parameters["operation"])
            if len(stored) == 200:
                raise psycopg.OperationalError("the server closed the connection")
        return fetch(query, **parameters)

    monkeypatch.setattr(db, "fetch", break_at_200)
    broken = bulk(api, "duplicate", *posts, headers=KEY)
    slow = Api(db, SlowClock(30), openers={open_sqs: lambda _: sqs})
    cut_off = bulk(slow, "duplicate", *posts, headers=KEY)
    whole = bulk(api, "duplicate", *posts, headers=KEY)
    again = bulk(api, "duplicate", *posts, headers=KEY)

    assert (broken.status, broken.body["code"]) == (500, "database_unavailable")
    assert cut_off.body["complete"] is False
    assert 200 < len(results(cut_off)) < 500
    assert (whole.body["complete"], len(results(whole))) == (True, 500)
    assert again.text == whole.text
    assert [result["postId"] for result in results(whole)] == [str(post) for post in posts]
    assert results(whole)[: len(results(cut_off))] == results(cut_off)
    assert set(codes(whole)) == {None, "post_not_found", "connection_not_found", "media_not_found"}
    made = {result["newPostId"] for result in results(whole) if result["success"]}
    assert len(made) == 498 - 29
    assert made <= {str(row["id"]) for row in db.fetch(IDS)}
    assert [row["n"] for row in db.fetch(COUNTS)].count(2) == len(made)
    assert max(row["n"] for row in db.fetch(COUNTS)) == 2


def test_number_of_statements_for_each_post_is_limited(api: Api, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    make_posts(db, 40, due=START + timedelta(days=9))
    ids = [row["id"] for row in db.fetch(IDS)]
    fetch = db.fetch
    executed: list[str] = []

    def record(query: Query, **parameters: Any) -> list[dict[str, Any]]:
        executed.append(query.name)
        return fetch(query, **parameters)

    monkeypatch.setattr(db, "fetch", record)
    few = bulk(api, "shift", *ids[:10], days=1, headers={"idempotency-key": "few"})
    of_few = len(executed)
    many = bulk(api, "shift", *ids[10:], days=1, headers={"idempotency-key": "many"})

    assert {*codes(few), *codes(many)} == {None}
    assert len(executed) - of_few - of_few == 20 * 6


def test_each_action_is_that_of_its_own_call(api: Api, db: Database, sqs: FakeSqs) -> None:
    draft, later, near = api.create(), api.create(scheduledAt=LATER), api.create(scheduledAt="2026-03-02T09:01:30Z")
    waiting = api.create(scheduledAt=LATER, approvalRequired=True)
    published = api.create(scheduledAt=LATER)
    db.fetch(PUBLISHED, id=published["id"])
    broken, doubtful = ({"id": failed(api, db, sqs, x=state)} for state in ("failed", "unknown"))

    assert codes(bulk(api, "schedule", draft, later, waiting)) == ["not_scheduled", None, "not_approved"]
    assert codes(bulk(api, "approve", draft, waiting)) == ["no_approval_required", None]
    assert codes(bulk(api, "cancel", draft, later, near)) == ["nothing_to_cancel", None, None]
    assert codes(bulk(api, "archive", draft, published, doubtful)) == ["wrong_state", None, "outcome_unknown"]
    assert codes(bulk(api, "retry", draft, broken)) == ["not_failed", None]
    assert codes(bulk(api, "delete", published, draft)) == ["wrong_state", None]
    assert [status(api, post) for post in (later, near, waiting, published, broken)] == [
        *("draft", "draft", "scheduled", "archived", "queued")
    ]
    assert api.get(waiting["id"]).post["approvalStatus"] == "approved"
    assert api.get(draft["id"]).status == 404


def test_results_show_the_posts_after_the_action(api: Api) -> None:
    post, draft = api.create(scheduledAt=LATER, timezone="Europe/Berlin"), api.create()

    moved = results(bulk(api, "shift", post, draft, days=1))
    [copied] = results(bulk(api, "duplicate", post))

    assert moved == [
        {"postId": post["id"], "success": True, "status": "scheduled"},
        {
            "postId": draft["id"],
            "success": False,
            "error": "This post has no time. Set scheduledAt first.",
            "code": "not_scheduled",
        },
    ]
    assert (copied["status"], copied["postId"]) == ("draft", post["id"])
    assert api.get(copied["newPostId"]).post["content"] == post["content"]


@pytest.mark.parametrize(
    ("distance", "zone", "moved"),
    [
        ({"days": 3}, "Europe/Berlin", "2026-03-30T09:30:00.000+02:00"),
        ({"days": -3}, "Europe/Berlin", "2026-03-24T09:30:00.000+01:00"),
        ({"days": 3, "minutes": 90}, "Europe/Berlin", "2026-03-30T11:00:00.000+02:00"),
        ({"minutes": -30}, "Asia/Tokyo", "2026-03-27T09:00:00.000+09:00"),
    ],
    ids=str,
)
def test_shift_moves_the_local_time_of_a_post(api: Api, distance: dict[str, Any], zone: str, moved: str) -> None:
    post = api.create(scheduledAt=LATER, timezone=zone)

    assert codes(bulk(api, "shift", post, **distance)) == [None]
    assert api.get(post["id"]).post["scheduledAtLocal"] == moved


def test_shift_to_a_time_that_the_clocks_skip_is_refused_for_this_post_only(api: Api) -> None:
    night = api.create(scheduledAt="2026-03-28T02:30", timezone="Europe/Berlin")
    elsewhere = api.create(scheduledAt="2026-03-28T02:30", timezone="Europe/London")

    reply = bulk(api, "shift", night, elsewhere, days=1)

    assert codes(reply) == ["time_does_not_exist", None]
    assert "does not exist in Europe/Berlin" in results(reply)[0]["error"]
    assert api.get(night["id"]).post["version"] == 1


def test_filter_chooses_the_posts_once_for_all_calls_with_a_key(api: Api, clock: FakeClock) -> None:
    first_post = api.create(scheduledAt=LATER, campaign="kilns")
    clock.advance(seconds=1)
    posts = [first_post, api.create(scheduledAt=LATER, campaign="kilns")]
    api.create(scheduledAt=LATER, campaign="other")

    first = bulk(api, "cancel", filter={"campaign": "kilns", "status": "scheduled"}, headers=KEY)
    api.create(scheduledAt=LATER, campaign="kilns")
    second = bulk(api, "cancel", filter={"campaign": "kilns", "status": "scheduled"}, headers=KEY)

    assert [result["postId"] for result in results(first)] == [post["id"] for post in posts]
    assert second.text == first.text


def test_filter_that_matches_too_many_posts_is_refused(api: Api, db: Database) -> None:
    make_posts(db, 501, due=START + timedelta(days=9))

    reply = bulk(api, "delete", filter={"status": "scheduled"})

    assert (reply.status, reply.body["code"]) == (400, "too_many_posts")
    assert len(db.fetch(IDS)) == 501


def test_filter_finds_only_the_posts_of_the_caller_s_owner(api: Api) -> None:
    post = api.create()

    assert results(api.call("bulk_posts", {"action": "delete", "filter": {}}, user="mallory")) == []
    assert codes(api.call("bulk_posts", {"action": "delete", "postIds": [post["id"]]}, user="mallory")) == [
        "post_not_found"
    ]
    assert status(api, post) == "draft"


def test_unexpected_error_of_one_post_is_not_remembered(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    posts = [api.create(scheduledAt=LATER) for _ in range(2)]
    broken = [posts[0]["id"]]

    def cancel(db: Database, writer: Any, post_id: Any, *, now: Any) -> dict[str, Any]:
        if str(post_id) in broken:
            raise RuntimeError("unforeseen")
        return {"post": {"status": "draft"}}

    monkeypatch.setattr("minutehand.posts.scheduling.cancel", cancel)
    first = bulk(api, "cancel", *posts, headers=KEY)
    broken.clear()

    assert codes(first) == ["internal_error", None]
    assert codes(bulk(api, "cancel", *posts, headers=KEY)) == [None, None]


def test_queued_posts_are_sent_together(api: Api, sqs: FakeSqs, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    posts = [failed(api, db, sqs, x="failed") for _ in range(12)]
    calls: list[int] = []
    send = sqs.send_message_batch

    def record(**given: Any) -> Any:
        calls.append(len(given["Entries"]))
        return send(**given)

    monkeypatch.setattr(sqs, "send_message_batch", record)

    assert set(codes(bulk(api, "retry", *posts))) == {None}
    assert sorted(calls) == [2, 10]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"action": "delete"}, "postIds"),
        ({"action": "delete", "postIds": [str(uuid4())], "filter": {}}, "postIds"),
        ({"action": "delete", "postIds": []}, "postIds"),
        ({"action": "delete", "postIds": ["a", "a"]}, "postIds[1]"),
        ({"action": "delete", "postIds": [str(n) for n in range(501)]}, "postIds"),
        ({"action": "publish", "postIds": ["a"]}, "action"),
        ({"action": "shift", "postIds": ["a"]}, "days"),
        ({"action": "delete", "postIds": ["a"], "days": 1}, "days"),
        ({"action": "shift", "postIds": ["a"], "days": 4_000}, "days"),
        ({"action": "delete", "filter": {"status": "lost"}}, "filter.status"),
        ({"action": "delete", "filter": {"owner": "eve"}}, "filter.owner"),
    ],
    ids=["none", "both", "empty", "twice", "many", "action", "no distance", "distance", "far", "status", "unknown"],
)
def test_invalid_request_is_refused(api: Api, body: dict[str, Any], field: str) -> None:
    reply = api.call("bulk_posts", body)

    assert (reply.status, reply.body["details"][0]["field"]) == (400, field)


def test_another_request_under_the_same_key_is_refused(api: Api) -> None:
    post = api.create()
    bulk(api, "duplicate", post, headers=KEY)

    reply = bulk(api, "delete", post, headers=KEY)

    assert (reply.status, reply.body["code"]) == (422, "idempotency_key_reused")
    assert status(api, post) == "draft"


def test_approval_of_posts_requires_its_own_scope(api: Api) -> None:
    body = {"action": "approve", "postIds": [api.create(approvalRequired=True)["id"]]}

    assert api.call("bulk_posts", body).body["code"] == "role_required"
    assert api.call("bulk_posts", body, roles="viewer").status == 403
    assert api.call("bulk_posts", body, user=None).status == 401
    assert api.get(body["postIds"][0]).post["approvalStatus"] == "pending"
