"""GET posts/get with what can be included: history, attempts, connections."""

from typing import Any
from uuid import UUID

import pytest

from minutehand.posts import reading
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
TRIED = Query(
    "tried",
    """INSERT INTO publication_attempts (publication_id, attempt, event, code, reason, at)
       SELECT id, 1, event, code, reason, due_at
       FROM publications, (VALUES (1, 'began', NULL, NULL), (2, 'transient', 'server_error', 'Mastodon said 503.'))
            AS tried (number, event, code, reason)
       WHERE post_id = %(id)s ORDER BY number""",
)


def see(api: Api, post_id: object, include: str | None = None, **who: Any) -> Reply:
    query = {"postId": str(post_id)} | ({} if include is None else {"include": include})
    return api.call("get_post", query=query, **who)


def account(db: Database, platform: str, name: str, owner: str = "ada") -> str:
    row = db.one(ADD_ACCOUNT, owner=owner, platform=platform, account=name)
    assert row is not None
    return str(row["id"])


def test_nothing_is_included_that_is_not_asked_for(api: Api) -> None:
    post = api.create()

    assert set(see(api, post["id"]).body) == {"success", "post"}
    assert set(see(api, post["id"], "publications").body) == {"success", "post"}
    assert set(see(api, post["id"], " ").body) == {"success", "post"}
    everything = see(api, post["id"], "history, publications,attempts,connections,metrics").body
    assert set(everything) == {"success", "post", "history", "attempts", "connections", "metrics"}


@pytest.mark.parametrize("include", ["tokens", "history,secrets", "History"])
def test_what_cannot_be_included_is_named_with_what_can(api: Api, include: str) -> None:
    reply = see(api, api.create()["id"], include)

    assert (reply.status, reply.body["details"][0]["field"]) == (400, "include")
    assert reply.body["details"][0]["allowed"] == ["publications", "history", "attempts", "connections", "metrics"]


def test_the_history_says_who_did_what_and_when(api: Api, clock: FakeClock) -> None:
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

    history = see(api, post["id"], "history").body["history"]

    assert [(each["type"], each["actor"], each["at"]) for each in history] == [
        ("post.created", "ada", "2026-03-02T09:00:00.000Z"),
        ("post.updated", "bob", "2026-03-02T09:01:00.000Z"),
        ("post.scheduled", "ada", "2026-03-02T09:02:00.000Z"),
    ]
    assert history[1]["data"] == {"changed": ["content", "scheduledAt", "notes"]}


def test_of_a_long_history_the_newest_is_shown(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_SHOWN", 2)
    post = api.create()
    for number in range(3):
        api.call("update_post", {"postId": post["id"], "content": f"Text {number}", "notes": "x" * number})

    history = see(api, post["id"], "history").body["history"]

    assert [each["data"]["changed"] for each in history] == [["content", "notes"], ["content", "notes"]]


def test_attempts_are_the_ledger_of_each_publication(api: Api, db: Database) -> None:
    post = api.create(scheduledAt="2026-03-02T09:01:00Z", platforms=["mastodon"])
    job = api.call("schedule_post", {"postId": post["id"]}).body["job"]
    db.fetch(TRIED, id=post["id"])

    answer = see(api, post["id"], "attempts").body

    [publication] = answer["post"]["publications"]
    tried = {"publicationId": publication["id"], "jobId": job["id"], "platform": "mastodon", "part": 1, "attempt": 1}
    at = {"at": "2026-03-02T09:01:00.000Z"}
    assert answer["attempts"] == [
        at | tried | {"event": "began", "code": None, "reason": None},
        at | tried | {"event": "transient", "code": "server_error", "reason": "Mastodon said 503."},
    ]


def test_metrics_are_what_was_measured_of_each_publication(api: Api, db: Database) -> None:
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

    answer = see(api, post["id"], "metrics").body

    [publication] = answer["post"]["publications"]
    likes = {"publicationId": publication["id"], "platform": "mastodon", "name": "likes"}
    assert answer["metrics"] == [
        {"at": "2026-03-02T16:01:00.000Z", **likes, "value": 7},
        {"at": "2026-03-02T21:01:00.000Z", **likes, "value": 12},
    ]


def test_connections_are_the_accounts_that_it_goes_to(api: Api, db: Database) -> None:
    usual = str(connect(db, "bluesky"))
    other, elsewhere = account(db, "bluesky", "other"), account(db, "mastodon", "first")
    account(db, "mastodon", "second")
    account(db, "x", "unused")
    connect(db, "bluesky", "mallory")

    plain = api.create(platforms=["bluesky", "mastodon"])
    named = api.create(platforms=["mastodon"], connectionIds=[other])

    def ids(post_id: str) -> list[str]:
        return [each["id"] for each in see(api, post_id, "connections").body["connections"]]

    assert ids(plain["id"]) == [usual, elsewhere]
    assert ids(named["id"]) == [other, elsewhere]


def test_an_account_that_it_went_to_is_shown_when_it_is_no_longer_the_default(api: Api, db: Database) -> None:
    usual = connect(db, "bluesky")
    post = api.create(scheduledAt="2026-03-02T09:01:00Z")
    api.call("schedule_post", {"postId": post["id"]})
    db.fetch(Query("undo", "UPDATE social_connections SET is_default = false"))
    other = account(db, "bluesky", "other")
    db.fetch(Query("set", "UPDATE social_connections SET is_default = true WHERE id = %(id)s"), id=other)

    shown = see(api, post["id"], "connections").body["connections"]

    assert {each["id"] for each in shown} == {str(usual), other}
    assert not any("oken" in key or "cipher" in key for each in shown for key in each)


def test_nothing_of_another_s_post_is_shown(api: Api, db: Database) -> None:
    post = api.create()
    everything = "history,attempts,connections,metrics"

    assert see(api, post["id"], everything, user="mallory", roles="admin,operator").status == 404
    assert see(api, UUID(int=1), everything).status == 404
