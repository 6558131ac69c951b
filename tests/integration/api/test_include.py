"""GET posts/get with ``include``: history, attempts, metrics, connections."""

from typing import Any
from uuid import UUID

import pytest
from psycopg.types.json import Jsonb

from minutehand.posts import details
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support.api import Api, Reply
from tests.support.clock import FakeClock
from tests.support.factories import connect

ADD_ACCOUNT = Query(
    "add_account",
    """INSERT INTO social_connections (owner_id, platform, account_id, handle, base_url)
       VALUES (%(owner)s, %(platform)s, %(account)s, %(account)s, '') RETURNING id""",
)
ADD_ATTEMPTS = Query(
    "add_attempts",
    """INSERT INTO publication_attempts (publication_id, attempt, event, code, reason, at)
       SELECT id, 1, event, code, reason, due_at
       FROM publications, (VALUES (1, 'began', NULL, NULL), (2, 'transient', 'server_error', 'Mastodon said 503.'))
            AS entries (number, event, code, reason)
       WHERE post_id = %(id)s ORDER BY number""",
)


def get(api: Api, post_id: object, include: str | None = None, **who: Any) -> Reply:
    query = {"postId": str(post_id)} | ({} if include is None else {"include": include})
    return api.call("get_post", query=query, **who)


def account(db: Database, platform: str, name: str, owner: str = "ada") -> str:
    row = db.one(ADD_ACCOUNT, owner=owner, platform=platform, account=name)
    assert row is not None
    return str(row["id"])


def test_a_post_includes_only_the_requested_sections(api: Api) -> None:
    post = api.create()

    assert set(get(api, post["id"]).body) == {"success", "post"}
    assert set(get(api, post["id"], "publications").body) == {"success", "post"}
    assert set(get(api, post["id"], " ").body) == {"success", "post"}
    everything = get(api, post["id"], "history, publications,attempts,connections,metrics").body
    assert set(everything) == {"success", "post", "history", "attempts", "connections", "metrics"}


@pytest.mark.parametrize("include", ["tokens", "history,secrets", "History"])
def test_an_error_about_include_lists_the_allowed_names(api: Api, include: str) -> None:
    reply = get(api, api.create()["id"], include)

    assert (reply.status, reply.body["details"][0]["field"]) == (400, "include")
    assert reply.body["details"][0]["allowed"] == ["publications", "history", "attempts", "connections", "metrics"]


def test_the_history_lists_events_with_actor_and_time(api: Api, clock: FakeClock) -> None:
    post = api.create()
    clock.advance(minutes=1)
    api.call(
        "update_post",
        {"postId": post["id"], "content": "Warmer.", "scheduledAt": "2026-03-02T14:00:00Z", "notes": "n"},
        user="bob",
        owner="ada",
    )
    clock.advance(minutes=1)
    api.call("schedule_post", {"postId": post["id"]})

    history = get(api, post["id"], "history").body["history"]

    assert [(each["type"], each["actor"], each["at"]) for each in history] == [
        ("post.created", "ada", "2026-03-02T09:00:00.000Z"),
        ("post.updated", "bob", "2026-03-02T09:01:00.000Z"),
        ("post.scheduled", "ada", "2026-03-02T09:02:00.000Z"),
    ]
    assert history[1]["data"] == {
        "changed": ["content", "scheduledAt", "notes"],
        "old": {"content": "The kiln is warm.", "scheduledAt": None, "notes": None},
        "new": {"content": "Warmer.", "scheduledAt": "2026-03-02T14:00:00.000Z", "notes": "n"},
    }


def test_a_long_history_shows_its_newest_events(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(details, "MAX_SHOWN", 2)
    post = api.create()
    for number in range(3):
        api.call("update_post", {"postId": post["id"], "content": f"Text {number}", "notes": "x" * number})

    history = get(api, post["id"], "history").body["history"]

    assert [each["data"]["changed"] for each in history] == [["content", "notes"], ["content", "notes"]]


def test_attempts_are_the_ledger_of_each_publication(api: Api, db: Database) -> None:
    post = api.create(scheduledAt="2026-03-02T09:01:00Z", platforms=["mastodon"])
    job = api.call("schedule_post", {"postId": post["id"]}).body["job"]
    db.fetch(ADD_ATTEMPTS, id=post["id"])

    answer = get(api, post["id"], "attempts").body

    [publication] = answer["post"]["publications"]
    attempt = {"publicationId": publication["id"], "jobId": job["id"], "platform": "mastodon", "part": 1, "attempt": 1}
    at = {"at": "2026-03-02T09:01:00.000Z"}
    assert answer["attempts"] == [
        at | attempt | {"event": "began", "code": None, "reason": None},
        at | attempt | {"event": "transient", "code": "server_error", "reason": "Mastodon said 503."},
    ]


def test_metrics_list_the_measurements_of_each_publication(api: Api, db: Database) -> None:
    post = api.create(scheduledAt="2026-03-02T09:01:00Z", platforms=["mastodon"])
    api.call("schedule_post", {"postId": post["id"]})
    db.fetch(
        Query(
            "measured",
            """INSERT INTO post_metrics (publication_id, name, value, measured_at)
               SELECT id, 'likes', value, due_at + value * interval '1 hour'
               FROM publications, (VALUES (7), (12)) AS likes (value)""",
        )
    )

    answer = get(api, post["id"], "metrics").body

    [publication] = answer["post"]["publications"]
    likes = {"publicationId": publication["id"], "platform": "mastodon", "name": "likes"}
    imported = {"unit": None, "platformName": None}
    assert answer["metrics"] == [
        {"at": "2026-03-02T16:01:00.000Z", **likes, "value": 7, **imported},
        {"at": "2026-03-02T21:01:00.000Z", **likes, "value": 12, **imported},
    ]


def test_metrics_list_the_snapshots_of_each_publication(api: Api, db: Database) -> None:
    connect(db, "mastodon")
    post = api.create(scheduledAt="2026-03-02T09:01:00Z", platforms=["mastodon"])
    api.call("schedule_post", {"postId": post["id"]})
    db.fetch(
        Query(
            "publish",
            """UPDATE publications
               SET state = 'published', started_at = due_at, published_at = due_at, remote_id = '7', sandbox = false""",
        )
    )
    db.fetch(
        Query(
            "measured",
            """INSERT INTO metric_snapshots (publication_id, moment, owner_id, taken_at, metrics)
               SELECT publication_id, moment, owner_id, due_at, %(metrics)s FROM publication_metrics""",
        ),
        metrics=Jsonb({"reactions": {"value": 7, "unit": "count", "name": "favourites_count"}}),
    )

    answer = get(api, post["id"], "metrics").body

    [publication] = answer["post"]["publications"]
    assert answer["metrics"] == [
        {
            "at": "2026-03-02T10:01:00.000Z",
            "publicationId": publication["id"],
            "platform": "mastodon",
            "name": "reactions",
            "value": 7,
            "unit": "count",
            "platformName": "favourites_count",
        }
    ]


def test_connections_list_the_post_s_destinations(api: Api, db: Database) -> None:
    usual = str(connect(db, "bluesky"))
    other, elsewhere = account(db, "bluesky", "other"), account(db, "mastodon", "first")
    account(db, "mastodon", "second")
    account(db, "x", "unused")
    connect(db, "bluesky", "mallory")

    plain = api.create(platforms=["bluesky", "mastodon"])
    named = api.create(platforms=["mastodon"], connectionIds=[other])

    def ids(post_id: str) -> list[str]:
        return [each["id"] for each in get(api, post_id, "connections").body["connections"]]

    assert ids(plain["id"]) == [usual, elsewhere]
    assert ids(named["id"]) == [other, elsewhere]


def test_connections_list_a_former_default_of_a_publication(api: Api, db: Database) -> None:
    usual = connect(db, "bluesky")
    post = api.create(scheduledAt="2026-03-02T09:01:00Z")
    api.call("schedule_post", {"postId": post["id"]})
    db.fetch(Query("undo", "UPDATE social_connections SET is_default = false"))
    other = account(db, "bluesky", "other")
    db.fetch(Query("set", "UPDATE social_connections SET is_default = true WHERE id = %(id)s"), id=other)

    shown = get(api, post["id"], "connections").body["connections"]

    assert {each["id"] for each in shown} == {str(usual), other}
    assert not any("oken" in key or "cipher" in key for each in shown for key in each)


def test_the_sections_of_another_owner_s_post_are_not_found(api: Api, db: Database) -> None:
    post = api.create()
    everything = "history,attempts,connections,metrics"

    assert get(api, post["id"], everything, user="mallory", roles="admin,operator").status == 404
    assert get(api, UUID(int=1), everything).status == 404
