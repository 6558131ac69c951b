"""GET posts/analytics: the metrics of a post over time, sums of a period, followers and problems."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from psycopg.types.json import Jsonb

from minutehand.analytics import sums
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support.api import Api, Reply
from tests.support.clock import START
from tests.support.factories import connect, make_post

MARCH = {"from": "2026-03-01", "to": "2026-04-01"}
UNKNOWN = str(UUID(int=7))
PUBLISH = Query(
    "publish",
    """INSERT INTO publications (post_id, job_id, owner_id, platform, connection_id, state, due_at, next_attempt_at,
                                 queued_at, published_at, remote_id, part, sandbox)
       SELECT id, gen_random_uuid(), owner_id, %(platform)s, %(connection_id)s, 'published', %(at)s, %(at)s, %(at)s,
              %(at)s, 'r', 1, %(sandbox)s
       FROM social_posts WHERE id = %(post_id)s
       RETURNING id""",
)
MEASURE = Query(
    "measure",
    """WITH measured AS (
           UPDATE publication_metrics
           SET taken_at = %(at)s, metrics = %(metrics)s, moment = 24, due_at = published_at + interval '1 day'
           WHERE publication_id = %(id)s
           RETURNING publication_id, owner_id
       )
       INSERT INTO metric_snapshots (publication_id, moment, owner_id, taken_at, metrics)
       SELECT publication_id, %(moment)s, owner_id, %(at)s, %(metrics)s FROM measured""",
)
DELETED = Query("deleted", "UPDATE publication_metrics SET missing_at = %(at)s, deleted_at = %(at)s")
ADD_PROBLEM = Query(
    "add_problem",
    """INSERT INTO metric_problems (connection_id, subject, owner_id, code, reason, since)
       VALUES (%(id)s, %(subject)s, 'ada', 'scope_missing', 'Connect the account again.', %(at)s)""",
)
ADD_FOLLOWERS = Query(
    "add_followers",
    """INSERT INTO follower_counts (connection_id, taken_at, owner_id, platform, followers, name)
       VALUES (%(id)s, %(at)s, %(owner_id)s, 'bluesky', %(followers)s, 'followersCount')""",
)


def analytics(api: Api, *, user: str = "ada", **query: str) -> Reply:
    return api.call("analytics", query=query, user=user)


def stored(**metrics: float) -> Jsonb:
    return Jsonb({name: {"value": value, "unit": "count", "name": name.upper()} for name, value in metrics.items()})


def shown(name: str, value: float) -> dict[str, Any]:
    return {"name": name, "value": value, "unit": "count", "platformName": name.upper()}


def publish(
    db: Database, connection_id: UUID, *, sandbox: bool = False, owner_id: str = "ada", campaign: str | None = None
) -> tuple[UUID, UUID]:
    """Add a published post, and return its id and that of its publication."""
    post_id = make_post(db, now=START, owner_id=owner_id, campaign=campaign)
    row = db.one(PUBLISH, post_id=post_id, platform="bluesky", connection_id=connection_id, at=START, sandbox=sandbox)
    assert row is not None
    return post_id, row["id"]


def measure(db: Database, publication_id: UUID, moment: int, **metrics: float) -> None:
    at = START + timedelta(hours=moment)
    db.fetch(MEASURE, id=publication_id, moment=moment, at=at, metrics=stored(**metrics))


def test_metrics_of_a_post_show_their_course(api: Api, db: Database) -> None:
    connection_id = connect(db, "bluesky")
    post_id, publication_id = publish(db, connection_id)
    measure(db, publication_id, 1, reactions=3)
    measure(db, publication_id, 6, reactions=9, quirks=0)
    db.fetch(ADD_PROBLEM, id=connection_id, subject="publications", at=START)

    body = analytics(api, postId=str(post_id)).body

    newest = [shown("quirks", 0), shown("reactions", 9)]
    assert body == {
        "success": True,
        "postId": str(post_id),
        "asOf": "2026-03-02T15:00:00.000Z",
        "publications": [
            {
                "publicationId": str(publication_id),
                "connectionId": str(connection_id),
                "platform": "bluesky",
                "part": 1,
                "publishedAt": "2026-03-02T09:00:00.000Z",
                "asOf": "2026-03-02T15:00:00.000Z",
                "nextReadingAt": "2026-03-03T09:00:00.000Z",
                "deletedAt": None,
                "problem": {
                    "code": "scope_missing",
                    "reason": "Connect the account again.",
                    "since": "2026-03-02T09:00:00.000Z",
                },
                "metrics": newest,
                "snapshots": [
                    {"at": "2026-03-02T10:00:00.000Z", "hours": 1, "metrics": [shown("reactions", 3)]},
                    {"at": "2026-03-02T15:00:00.000Z", "hours": 6, "metrics": newest},
                ],
            }
        ],
    }


def test_deleted_post_keeps_its_metrics(api: Api, db: Database) -> None:
    post_id, publication_id = publish(db, connect(db, "bluesky"))
    measure(db, publication_id, 1, reactions=3)
    db.fetch(DELETED, at=START + timedelta(hours=6))

    [publication] = analytics(api, postId=str(post_id)).body["publications"]

    assert (publication["deletedAt"], publication["metrics"]) == ("2026-03-02T15:00:00.000Z", [shown("reactions", 3)])
    assert analytics(api, **MARCH).body["total"]["deleted"] == 1


def test_unmeasured_post_says_when_the_first_reading_is(api: Api, db: Database) -> None:
    post_id, _ = publish(db, connect(db, "bluesky"))

    body, of_period = analytics(api, postId=str(post_id)).body, analytics(api, **MARCH).body

    [publication] = body["publications"]
    assert body["asOf"] is None
    assert (publication["metrics"], publication["snapshots"]) == ([], [])
    assert publication["nextReadingAt"] == of_period["nextReadingAt"] == "2026-03-02T10:00:00.000Z"
    assert (of_period["total"]["publications"], of_period["total"]["measured"]) == (1, 0)


def test_post_without_metrics_has_no_publications(api: Api, db: Database) -> None:
    post_id, _ = publish(db, connect(db, "bluesky"), sandbox=True)

    assert analytics(api, postId=str(post_id)).body == {
        "success": True,
        "postId": str(post_id),
        "asOf": None,
        "publications": [],
    }


@pytest.mark.parametrize("user", ["eve", "test:ada"])
def test_analytics_belong_to_one_owner(api: Api, db: Database, user: str) -> None:
    connection_id = connect(db, "bluesky")
    post_id, publication_id = publish(db, connection_id)
    measure(db, publication_id, 1, reactions=3)
    db.fetch(ADD_FOLLOWERS, id=connection_id, at=START, owner_id="ada", followers=7)
    db.fetch(ADD_PROBLEM, id=connection_id, subject="account", at=START)

    refused = analytics(api, user=user, postId=str(post_id))
    body = analytics(api, user=user, groupBy="platform", **MARCH).body

    assert (refused.status, refused.body["code"]) == (404, "post_not_found")
    assert body["total"] == {"publications": 0, "measured": 0, "deleted": 0, "asOf": None, "metrics": []}
    assert (body["groups"], body["followers"], body["problems"]) == ([], [], [])


def test_zero_is_summed_and_an_absent_metric_is_left_out(api: Api, db: Database) -> None:
    connection_id = connect(db, "bluesky")
    for metrics in ({"reactions": 0, "views": 4}, {"reactions": 0}, {}):
        _, publication_id = publish(db, connection_id)
        measure(db, publication_id, 1, **metrics)

    total = analytics(api, **MARCH).body["total"]

    assert total["metrics"] == [
        {"name": "views", "value": 4, "publications": 1},
        {"name": "reactions", "value": 0, "publications": 2},
    ]
    assert (total["publications"], total["measured"]) == (3, 3)


def test_followers_and_problems_of_the_connections_are_listed(api: Api, db: Database) -> None:
    first, second = sorted((connect(db, "bluesky"), connect(db, "bluesky", account_id="b", is_default=False)))
    for connection_id, days, followers in ((first, 0, 7), (first, 1, 9), (second, 1, 5), (second, 40, 99)):
        at = START + timedelta(days=days)
        db.fetch(ADD_FOLLOWERS, id=connection_id, at=at, owner_id="ada", followers=followers)
    db.fetch(ADD_PROBLEM, id=second, subject="account", at=START)

    body = analytics(api, **MARCH).body
    of_first = analytics(api, connectionId=str(first), **MARCH).body

    fields = {"platform": "bluesky", "platformName": "followersCount"}
    early, late = "2026-03-02T09:00:00.000Z", "2026-03-03T09:00:00.000Z"
    counts = [{"at": early, "followers": 7}, {"at": late, "followers": 9}]
    assert body["followers"] == [
        {"connectionId": str(first), **fields, "counts": counts},
        {"connectionId": str(second), **fields, "counts": [{"at": late, "followers": 5}]},
    ]
    assert [(each["connectionId"], each["subject"], each["code"]) for each in body["problems"]] == [
        (str(second), "account", "scope_missing")
    ]
    assert [each["connectionId"] for each in of_first["followers"]] == [str(first)]
    assert of_first["problems"] == []


def test_largest_groups_are_kept(api: Api, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sums, "MAX_GROUPS", 2)
    connection_id = connect(db, "bluesky")
    for campaign in ("a", "b", "b", None, None, None):
        publish(db, connection_id, campaign=campaign)

    body = analytics(api, groupBy="campaign", **MARCH).body

    assert [(each["campaign"], each["publications"]) for each in body["groups"]] == [(None, 3), ("b", 2)]
    assert (body["moreGroups"], body["total"]["publications"]) == (True, 6)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "from"),
        ({"from": "2026-04-01"}, "to"),
        ({"from": "2026-04-01", "to": "2026-04-01"}, "to"),
        ({"from": "2026-01-01", "to": "2026-04-04"}, "to"),
        (MARCH | {"groupBy": "week"}, "groupBy"),
        (MARCH | {"timezone": "Mars/Olympus"}, "timezone"),
        (MARCH | {"platform": "myspace"}, "platform"),
        (MARCH | {"connectionId": "first"}, "connectionId"),
        (MARCH | {"postId": UNKNOWN}, "from"),
    ],
    ids=str,
)
def test_invalid_query_is_refused(api: Api, query: dict[str, str], field: str) -> None:
    reply = analytics(api, **query)

    assert (reply.status, reply.body["details"][0]["field"]) == (400, field)


@pytest.mark.parametrize("post_id", ["first", UNKNOWN])
def test_unknown_post_is_not_found(api: Api, post_id: str) -> None:
    reply = analytics(api, postId=post_id)

    assert (reply.status, reply.body["code"]) == (404, "post_not_found")
