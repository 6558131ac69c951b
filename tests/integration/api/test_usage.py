"""GET usage: the posts, publications and uploads of an owner in a period."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support.api import Api, Reply
from tests.support.clock import START
from tests.support.factories import make_post

MARCH = {"from": "2026-03-01", "to": "2026-04-01"}
NOTHING = {"posts": 0, "publications": {"published": 0, "failed": 0, "unknown": 0}, "mediaBytes": 0, "paidReads": 0}
ADD_PUBLICATION = Query(
    "add_publication",
    """INSERT INTO publications (post_id, job_id, owner_id, platform, part, sandbox, state, due_at, next_attempt_at,
                                 queued_at, published_at, failure_code, failure_reason)
       SELECT id, coalesce(%(job_id)s, job_id), owner_id, %(platform)s, %(part)s, true, %(state)s, scheduled_at,
              scheduled_at, scheduled_at, scheduled_at, 'c', 'r'
       FROM social_posts WHERE id = %(post_id)s""",
)
ADD_ITEM = Query(
    "add_item",
    """INSERT INTO media (id, owner_id, filename, content_type, size_bytes, object_key, status, created_by, created_at)
       VALUES (%(id)s, %(owner_id)s, 'a.jpg', 'image/jpeg', %(bytes)s, %(id)s::text, %(status)s, 'ada', %(at)s)""",
)


ADD_READS = Query("add_reads", "INSERT INTO paid_reads VALUES (%(owner_id)s, %(day)s, 'x', %(reads)s)")


def usage(api: Api, *, user: str = "ada", roles: str = "", **query: str) -> Reply:
    return api.call("usage", query=MARCH | query, user=user, roles=roles)


def published(posts: int, media_bytes: int = 0, paid_reads: int = 0, **publications: int) -> dict[str, Any]:
    outcomes = {"published": 0, "failed": 0, "unknown": 0} | publications
    return {"posts": posts, "publications": outcomes, "mediaBytes": media_bytes, "paidReads": paid_reads}


def add_post(db: Database, at: str, *outcomes: tuple[str, str], owner_id: str = "ada") -> UUID:
    post_id = make_post(db, now=START, scheduled_at=at, owner_id=owner_id, job_id=uuid4())
    for part, (platform, state) in enumerate(outcomes, 1):
        db.fetch(ADD_PUBLICATION, post_id=post_id, job_id=None, platform=platform, part=part, state=state)
    return post_id


def add_item(db: Database, at: str, size: int, *, owner_id: str = "ada", status: str = "ready") -> None:
    db.fetch(ADD_ITEM, id=uuid4(), owner_id=owner_id, at=at, bytes=size, status=status)


@pytest.fixture
def used(db: Database) -> None:
    """Add posts and uploads of Ada on two days, posts and uploads outside March, and some of another owner."""
    add_post(db, "2026-03-01T00:00:00Z", ("x", "published"), ("bluesky", "published"), ("bluesky", "failed"))
    add_post(db, "2026-03-31T23:59:59Z", ("x", "unknown"))
    add_post(db, "2026-03-05T00:00:00Z", ("x", "queued"))
    add_post(db, "2026-03-05T00:00:00Z")
    add_post(db, "2026-02-28T23:59:59Z", ("x", "published"))
    add_post(db, "2026-04-01T00:00:00Z", ("x", "published"))
    add_post(db, "2026-03-05T00:00:00Z", ("x", "published"), owner_id="eve")
    add_item(db, "2026-03-31T23:59:59Z", 700)
    add_item(db, "2026-03-07T00:00:00Z", 30)
    add_item(db, "2026-03-07T00:00:00Z", 5, status="pending")
    add_item(db, "2026-04-01T00:00:00Z", 11)
    add_item(db, "2026-03-07T00:00:00Z", 13, owner_id="eve")
    for owner_id, day, reads in (
        ("ada", "2026-02-28", 1),
        ("ada", "2026-03-01", 4),
        ("ada", "2026-03-08", 6),
        ("ada", "2026-04-01", 1),
        ("eve", "2026-03-08", 3),
    ):
        db.fetch(ADD_READS, owner_id=owner_id, day=day, reads=reads)


TOTAL = published(2, 730, 10, published=2, failed=1, unknown=1)


@pytest.mark.usefixtures("used")
def test_usage_is_the_total_of_the_period(api: Api) -> None:
    reply = usage(api, roles="viewer")

    assert (reply.status, reply.body) == (200, {"success": True, **MARCH, "timezone": "UTC", "total": TOTAL})


@pytest.mark.usefixtures("used")
def test_usage_by_day_leaves_out_days_without_usage(api: Api) -> None:
    body = usage(api, groupBy="day").body

    assert body["total"] == TOTAL
    assert body["groups"] == [
        {"day": "2026-03-01"} | published(1, 0, 4, published=2, failed=1),
        {"day": "2026-03-07"} | published(0, 30),
        {"day": "2026-03-08"} | published(0, 0, 6),
        {"day": "2026-03-31"} | published(1, 700, unknown=1),
    ]


@pytest.mark.usefixtures("used")
def test_usage_by_platform_counts_a_post_on_each_platform(api: Api) -> None:
    body = usage(api, groupBy="platform").body

    bluesky, x = published(1, published=1, failed=1), published(2, 0, 10, published=1, unknown=1)
    del bluesky["mediaBytes"], x["mediaBytes"]
    assert body["total"] == TOTAL
    assert body["groups"] == [{"platform": "bluesky"} | bluesky, {"platform": "x"} | x]


@pytest.mark.usefixtures("used")
def test_usage_belongs_to_one_owner(api: Api) -> None:
    assert usage(api, user="eve").body["total"] == published(1, 13, 3, published=1)
    assert usage(api, user="mia", roles="admin").body["total"] == NOTHING


@pytest.mark.parametrize("group_by", ["day", "platform"])
def test_owner_without_usage_has_no_groups(api: Api, group_by: str) -> None:
    body = usage(api, groupBy=group_by).body

    assert (body["total"], body["groups"]) == (NOTHING, [])


@pytest.mark.parametrize(
    ("timezone", "day"), [("UTC", "2026-03-10"), ("Asia/Tokyo", "2026-03-11"), ("America/New_York", "2026-03-10")]
)
def test_days_begin_at_midnight_in_the_time_zone(api: Api, db: Database, timezone: str, day: str) -> None:
    add_post(db, "2026-03-10T15:00:00Z", ("x", "published"))
    given = usage(api, groupBy="day", timezone=timezone).body
    api.call("settings", {"timezone": timezone}, httpMethod="PATCH")
    owners = usage(api, groupBy="day").body

    assert [given["timezone"], [each["day"] for each in given["groups"]]] == [timezone, [day]]
    assert owners == given


def test_day_on_which_the_clocks_change_has_its_real_length(api: Api, db: Database) -> None:
    """On 29 March 2026 in Berlin, the day begins at 23:00 UTC and ends after 23 hours, at 22:00 UTC."""
    for at in ("2026-03-28T22:59:59Z", "2026-03-28T23:00:00Z", "2026-03-29T21:59:59Z", "2026-03-29T22:00:00Z"):
        add_post(db, at, ("x", "published"))

    groups = usage(api, groupBy="day", timezone="Europe/Berlin").body["groups"]

    assert [(each["day"], each["posts"]) for each in groups] == [
        ("2026-03-28", 1),
        ("2026-03-29", 2),
        ("2026-03-30", 1),
    ]


def test_last_outcome_of_a_retried_publication_counts(api: Api, db: Database) -> None:
    post_id = add_post(db, "2026-03-10T15:00:00Z", ("x", "published"))
    earlier = {"post_id": post_id, "job_id": uuid4()}
    db.fetch(ADD_PUBLICATION, **earlier, platform="x", part=1, state="failed")
    db.fetch(ADD_PUBLICATION, **earlier, platform="bluesky", part=1, state="published")

    assert usage(api).body["total"] == published(1, published=2)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"from": "2026-04-01"}, "to"),
        ({"from": "2026-04-02"}, "to"),
        ({"from": "2025-12-29"}, "to"),
        ({"from": "2026-02-30"}, "from"),
        ({"from": "2026-03-01T00:00:00Z"}, "from"),
        ({"from": "1999-12-31"}, "from"),
        ({"to": "20260401"}, "to"),
        ({"groupBy": "campaign"}, "groupBy"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"ownerId": "eve"}, "ownerId"),
    ],
    ids=str,
)
def test_invalid_query_is_refused(api: Api, query: dict[str, str], field: str) -> None:
    reply = usage(api, **query)

    assert (reply.status, [each["field"] for each in reply.body["details"]]) == (400, [field])


def test_period_may_have_92_days(api: Api) -> None:
    refused = usage(api, **{"from": "2025-12-29"})

    assert refused.body["details"][0]["allowed"] == "2025-12-30 to 2026-03-31"
    assert usage(api, **{"from": "2025-12-30"}).status == 200
