from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from minutehand.posts.filters import parameters
from minutehand.posts.forms.list import PostQuery
from minutehand.queue.claim import claim_due
from minutehand.queue.policy import Policy
from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support.api import Api
from tests.support.clock import START
from tests.support.factories import make_post

SECOND = timedelta(seconds=1)


def listed(api: Api, **query: str) -> list[str]:
    """Return the contents of the posts in the list."""
    reply = api.call("list_posts", query=query)
    assert reply.status == 200, reply.text
    return [post["content"] for post in reply.body["posts"]]


def paged(api: Api, **query: str) -> list[str]:
    """Return the contents of all pages, read with the cursor."""
    found, pages = [], 0
    while True:
        reply = api.call("list_posts", query=query)
        assert reply.status == 200, reply.text
        found += [post["content"] for post in reply.body["posts"]]
        pages += 1
        assert pages < 50
        if (cursor := reply.body["pagination"]["nextCursor"]) is None:
            return found
        query = query | {"cursor": cursor}


@pytest.fixture
def many(db: Database) -> None:
    for number, (made, at) in enumerate([(0, 60), (1, 30), (2, None), (2, 30), (3, 90), (4, None), (5, 10)]):
        status = "scheduled" if at else "draft"
        insert = Query(
            "insert",
            """INSERT INTO social_posts (content, platforms, status, scheduled_at, owner_id, created_by, created_at)
               VALUES (%(content)s, '{bluesky}', %(status)s, %(due)s, 'ada', 'ada', %(made)s)""",
        )
        due = START + at * SECOND if at else None
        db.fetch(insert, content=str(number), status=status, due=due, made=START + made * SECOND)


@pytest.mark.usefixtures("many")
class TestOrder:
    def test_the_default_order_is_newest_first(self, api: Api) -> None:
        assert listed(api) == listed(api, orderBy="newest")
        assert [name for name in listed(api) if name not in "23"] == ["6", "5", "4", "1", "0"]

    def test_oldest_first_is_the_reverse_of_newest_first(self, api: Api) -> None:
        assert listed(api, orderBy="oldest") == listed(api, orderBy="newest")[::-1]

    def test_posts_without_a_time_come_last_in_the_order_of_times(self, api: Api) -> None:
        found = listed(api, orderBy="scheduled")

        assert [found[0], set(found[1:3]), found[3:5], set(found[5:])] == ["6", {"1", "3"}, ["0", "4"], {"2", "5"}]

    def test_latest_time_first_is_the_reverse_of_the_order_of_times(self, api: Api) -> None:
        assert listed(api, orderBy="latest") == listed(api, orderBy="scheduled")[::-1]

    @pytest.mark.parametrize("order", ["newest", "oldest", "scheduled", "latest"])
    @pytest.mark.parametrize("take", ["1", "2", "3", "7"])
    def test_cursor_pages_cover_the_list_without_gaps_or_repetitions(self, api: Api, order: str, take: str) -> None:
        assert paged(api, orderBy=order, take=take) == listed(api, orderBy=order)

    @pytest.mark.parametrize("order", ["newest", "oldest", "scheduled", "latest"])
    def test_skip_pages_cover_the_list_without_gaps_or_repetitions(self, api: Api, order: str) -> None:
        pages = [listed(api, orderBy=order, take="3", skip=str(skip)) for skip in (0, 3, 6, 9)]

        assert [name for page in pages for name in page] == listed(api, orderBy=order)
        assert pages[3] == []

    def test_the_response_describes_the_page(self, api: Api) -> None:
        first = api.call("list_posts", query={"take": "5"}).body["pagination"]
        last = api.call("list_posts", query={"skip": "5"}).body["pagination"]

        assert (first["skip"], first["take"], first["count"]) == (0, 5, 5)
        assert isinstance(first["nextCursor"], str)
        assert last == {"skip": 5, "take": 50, "count": 2, "nextCursor": None}

    def test_a_cursor_continues_after_a_skipped_page(self, api: Api) -> None:
        cursor = api.call("list_posts", query={"skip": "2", "take": "2"}).body["pagination"]["nextCursor"]

        assert listed(api, cursor=cursor) == listed(api)[4:]

    def test_a_cursor_of_another_list_is_refused(self, api: Api) -> None:
        cursor = api.call("list_posts", query={"take": "2"}).body["pagination"]["nextCursor"]
        others: list[dict[str, Any]] = [
            {"query": {"cursor": cursor, "orderBy": "oldest"}},
            {"query": {"cursor": cursor, "status": "draft"}},
            {"query": {"cursor": cursor}, "user": "bob"},
        ]

        replies = [api.call("list_posts", **other) for other in others]

        assert [(reply.status, reply.body["details"][0]["field"]) for reply in replies] == [(400, "cursor")] * 3

    def test_a_cursor_and_skip_together_are_refused(self, api: Api) -> None:
        cursor = api.call("list_posts", query={"take": "2"}).body["pagination"]["nextCursor"]

        reply = api.call("list_posts", query={"cursor": cursor, "skip": "2"})

        assert (reply.status, reply.body["details"][0]["field"]) == (400, "skip")


def test_filters_narrow_the_list(api: Api) -> None:
    api.create(content="a", platforms=["x", "bluesky"], campaign="Summer Sale")
    api.create(content="b", platforms=["x"])
    api.create(content="c", platforms=["mastodon"], campaign="Summer Sale", scheduledAt="2026-03-02T12:00:00Z")

    assert set(listed(api, platform="Twitter")) == {"a", "b"}
    assert set(listed(api, campaign="Summer Sale")) == {"a", "c"}
    assert listed(api, status="scheduled") == ["c"]
    assert listed(api, status="draft", platform="x", campaign="Summer Sale") == ["a"]
    assert listed(api, campaign="summer sale") == []


def test_a_list_has_only_the_owner_s_posts(api: Api) -> None:
    api.create()

    assert api.call("list_posts", user="bob").body["posts"] == []


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"take": "0"}, "take must be at least 1."),
        ({"take": "101"}, "take must be at most 100."),
        ({"take": "ten"}, "take must be a non-negative integer with at most 9 digits."),
        ({"take": ""}, "take must be a non-negative integer with at most 9 digits."),
        ({"skip": "-1"}, "skip must be a non-negative integer with at most 9 digits."),
        ({"skip": "10001"}, "skip must be at most 10,000."),
        ({"status": "done"}, "status must be one or more of draft, scheduled, queued, published, failed, archived."),
        ({"orderBy": "best"}, "orderBy must be one of newest, oldest, scheduled, latest."),
        (
            {"page": "2"},
            (
                "There is no field page. The fields are: take, cursor, status, platform, connectionId, campaign, "
                "approvalStatus, failureCode, q, from, to, timezone, skip, orderBy."
            ),
        ),
        ({"campaign": "a\0b"}, "campaign contains a NUL character (U+0000), which cannot be stored."),
    ],
)
def test_an_invalid_query_is_refused(api: Api, query: dict[str, str], sentence: str) -> None:
    reply = api.call("list_posts", query=query)

    assert (reply.status, reply.body["error"]) == (400, sentence)


def test_a_parameter_given_twice_is_refused(api: Api) -> None:
    twice = {"status": ["draft", "failed"]}

    reply = api.call("list_posts", query={"status": "failed"}, multiValueQueryStringParameters=twice)

    assert (reply.status, reply.body["error"]) == (400, "status is given 2 times. Give it once.")


def test_a_page_of_any_size_takes_two_statements(api: Api, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        make_post(db, now=START, due=START)
    claim_due(db, now=START, until=START, policy=Policy("sandbox"))
    statements: list[str] = []
    fetch = db.fetch

    def counted(query: Query, **parameters: Any) -> list[dict[str, Any]]:
        statements.append(query.name)
        return fetch(query, **parameters)

    monkeypatch.setattr(db, "fetch", counted)
    reply = api.call("list_posts")

    assert statements == ["list_newest", "publications"]
    assert [len(post["publications"]) for post in reply.body["posts"]] == [1] * 5


def test_a_post_is_shown_with_its_publications(api: Api, db: Database) -> None:
    post_id = make_post(db, now=START, due=START, platforms=["mastodon", "bluesky"])
    claim_due(db, now=START, until=START, policy=Policy("sandbox"))
    publish = Query(
        "publish",
        """UPDATE publications SET state = 'published', started_at = due_at + interval '12.7 ms', attempts = 1,
           published_at = due_at + interval '1 s', remote_id = 'at://1', permalink = 'https://bsky.example/1'
           WHERE platform = 'bluesky'""",
    )
    db.fetch(publish)

    bluesky, mastodon = api.get(str(post_id)).post["publications"]

    assert bluesky | {"id": ""} == {
        "id": "",
        "platform": "bluesky",
        "connectionId": None,
        "part": 1,
        "sandbox": True,
        "state": "published",
        "dueAt": "2026-03-02T09:00:00.000Z",
        "startedAt": "2026-03-02T09:00:00.012Z",
        "publishedAt": "2026-03-02T09:00:01.000Z",
        "latenessMs": 12,
        "permalink": "https://bsky.example/1",
        "remoteId": "at://1",
        "attempts": 1,
        "retryingSince": None,
        "nextAttemptAt": None,
        "failureCode": None,
        "failureReason": None,
    }
    assert (mastodon["state"], mastodon["latenessMs"]) == ("queued", None)


def test_cancelled_publications_of_earlier_jobs_are_not_shown(api: Api, db: Database) -> None:
    post = api.create(scheduledAt="2026-03-02T09:01:00Z")
    api.call("schedule_post", {"postId": post["id"]})
    api.call("cancel_post", {"postId": post["id"]})

    assert api.get(post["id"]).post["publications"] == []


@pytest.mark.parametrize(
    "post_id", ["post-123-abc", "", str(uuid4()), "0" * 5_000], ids=["no id", "empty", "unknown", "endless"]
)
def test_an_unknown_post_is_not_found(api: Api, post_id: str) -> None:
    reply = api.get(post_id)

    assert (reply.status, reply.body["code"]) == (404, "post_not_found")


def test_a_query_without_a_post_id_is_refused(api: Api) -> None:
    assert api.call("get_post").body["error"] == "postId is required."


@pytest.mark.parametrize(
    ("order", "after", "index"),
    [
        ("newest", {}, "social_posts_by_owner_created"),
        ("oldest", {}, "social_posts_by_owner_created"),
        ("scheduled", {}, "social_posts_by_owner_scheduled"),
        ("latest", {}, "social_posts_by_owner_scheduled"),
        ("newest", {"status": "draft"}, "social_posts_by_owner_status_created"),
        ("oldest", {"campaign": "Summer"}, "social_posts_by_owner_campaign_created"),
        ("scheduled", {"campaign": "Summer"}, "social_posts_by_owner_campaign_scheduled"),
        ("scheduled", {"status": "scheduled"}, "social_posts_by_owner_status_scheduled"),
        ("latest", {"status": "failed"}, "social_posts_by_owner_status_scheduled"),
        ("newest", {"after_at": START, "after_id": uuid4()}, "social_posts_by_owner_created"),
        ("scheduled", {"after_at": START, "after_id": uuid4()}, "social_posts_by_owner_scheduled"),
        ("latest", {"after_at": START, "after_id": uuid4()}, "social_posts_by_owner_scheduled"),
    ],
)
def test_each_list_reads_an_index_in_its_order(db: Database, order: str, after: dict[str, Any], index: str) -> None:
    fill = Query(
        "fill",
        """INSERT INTO social_posts (content, status, scheduled_at, platforms, campaign, owner_id, created_by,
                                     created_at)
           SELECT 'x', CASE WHEN mod(n, 2) = 0 THEN 'draft' ELSE 'scheduled' END,
                  CASE WHEN mod(n, 2) = 1 THEN now() + n * interval '1 s' END, '{bluesky}', 'c' || mod(n, 7),
                  'owner-' || mod(n, 3), 'a', now() + n * interval '1 s' FROM generate_series(1, 3000) AS n""",
    )
    db.fetch(fill)
    db.fetch(Query("analyze", "ANALYZE social_posts"))
    query = sql.load("minutehand.posts")[f"list_{order}"]
    nothing = parameters(PostQuery()) | {"after_at": None, "after_id": None}
    chosen = nothing | {"owner_id": "owner-1", "skip": 0, "limit": 51} | after

    plan = "\n".join(row["QUERY PLAN"] for row in db.fetch(Query("explain", "EXPLAIN " + query.text), **chosen))

    assert index in plan
    assert "Sort" not in plan
