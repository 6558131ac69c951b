"""The posts that would be published in a period, with warnings."""

from datetime import timedelta
from typing import Any

import pytest

from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support.api import Api
from tests.support.clock import START
from tests.support.factories import connect, make_post

DAY = timedelta(days=1)
PERIOD = {"from": "2026-03-02", "to": "2026-04-02"}


def planned(api: Api, **query: str) -> list[dict[str, Any]]:
    reply = api.call("plan", query=PERIOD | query)
    assert reply.status == 200, reply.text
    posts: list[dict[str, Any]] = reply.body["planned"]
    return posts


def codes(post: dict[str, Any]) -> list[str]:
    return [warning["code"] for warning in post["warnings"]]


def test_post_is_planned_with_its_destinations(api: Api, db: Database) -> None:
    x = connect(db, "x")
    options = {"x": {"thread": ["Second part.", "Third part."]}}
    post_id = make_post(db, now=START, due=START + DAY, platforms=["x", "threads"], platform_options=options)
    make_post(db, now=START, due=START + DAY, owner_id="bob")
    make_post(db, now=START, status="draft", scheduled_at=None)

    assert planned(api) == [
        {
            "postId": str(post_id),
            "status": "scheduled",
            "scheduledAt": "2026-03-03T09:00:00.000Z",
            "scheduledAtLocal": "2026-03-03T09:00:00.000+00:00",
            "timezone": "UTC",
            "destinations": [
                {"platform": "threads", "connectionId": None, "sandbox": True, "parts": 1},
                {"platform": "x", "connectionId": str(x), "sandbox": False, "parts": 3},
            ],
            "warnings": [],
        }
    ]


def test_broken_rules_and_missing_items_cause_warnings(api: Api, db: Database) -> None:
    item = "media:0f8fad5b-d9cb-469f-a165-70867728950e"
    make_post(db, now=START, content="x" * 301)
    make_post(db, now=START, due=START + DAY, media_urls=[item])
    make_post(db, now=START, due=START + 2 * DAY, media_urls=["https://unreachable.example/a.jpg"])

    assert [codes(post) for post in planned(api)] == [["invalid_content"], ["media_not_found"], []]


@pytest.mark.parametrize(("status", "expected"), [("pending", ["approval_pending"]), ("approved", [])])
def test_post_without_its_approval_causes_a_warning(api: Api, db: Database, status: str, expected: list[str]) -> None:
    make_post(db, now=START, approval_status=status)

    assert [codes(post) for post in planned(api)] == [expected]


def test_access_that_ends_before_the_post_causes_a_warning(api: Api, db: Database) -> None:
    connection = connect(db, "x")
    end = Query("end", "UPDATE social_account_tokens SET expires_at = %(at)s WHERE connection_id = %(id)s")
    db.fetch(end, at=START + 5 * DAY, id=connection)
    for day in (4, 6):
        make_post(db, now=START, due=START + day * DAY, platforms=["x"], content=str(day))

    assert [codes(post) for post in planned(api)] == [[], ["connection_expiring"]]


def test_connection_that_has_to_be_renewed_causes_a_warning(api: Api, db: Database) -> None:
    connect(db, "x")
    make_post(db, now=START, platforms=["x"])
    refuse = "UPDATE social_connections SET status = 'reconnect_required', status_reason = 'Connect it again.'"
    db.fetch(Query("refuse", refuse))

    [post] = planned(api)

    assert [(each["code"], each["message"]) for each in post["warnings"]] == [
        ("reconnect_required", "Connect it again.")
    ]


def test_posts_that_resemble_each_other_cause_warnings(api: Api, db: Database) -> None:
    connect(db, "x")
    for _ in range(2):
        make_post(db, now=START, platforms=["x"])

    assert [codes(post) for post in planned(api)] == [["same_content"]] * 2


def test_number_of_statements_does_not_depend_on_the_posts(
    api: Api, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements: list[str] = []
    fetch = db.fetch

    def counted(query: Query, **parameters: Any) -> list[dict[str, Any]]:
        statements.append(query.name)
        return fetch(query, **parameters)

    items = [f"media:0f8fad5b-d9cb-469f-a165-70867728950{number}" for number in range(5)]
    for item in items:
        make_post(db, now=START, media_urls=[item])
    monkeypatch.setattr(db, "fetch", counted)

    assert len(planned(api)) == 5
    assert statements == ["plan", "list_all", "media_info"]


def test_pages_cover_the_period(api: Api, db: Database) -> None:
    for day in (1, 0, 2, 40):
        make_post(db, now=START, due=START + day * DAY)
    first = api.call("plan", query=PERIOD | {"take": "2"}).body
    second = api.call("plan", query=PERIOD | {"take": "2", "cursor": first["pagination"]["nextCursor"]}).body

    assert [post["scheduledAt"][:10] for post in (*first["planned"], *second["planned"])] == [
        "2026-03-02",
        "2026-03-03",
        "2026-03-04",
    ]


def test_period_of_more_than_62_days_is_refused(api: Api) -> None:
    reply = api.call("plan", query={"from": "2026-03-01", "to": "2026-05-03"})

    assert (reply.status, reply.body["details"][0]["field"]) == (400, "to")
