"""GET events: pages, types, cursors and owners."""

import pytest

from minutehand.events import reading
from minutehand.events.forms import EventQuery
from minutehand.runtime.db import Database
from minutehand.runtime.identity import Identity
from minutehand.runtime.sql import Query
from tests.support.api import Api, Reply
from tests.support.postgres import as_group

PRUNE = Query("prune", "DELETE FROM events WHERE position <= %(last)s")


def events(api: Api, **query: str) -> Reply:
    reply = api.call("list_events", query=query)
    assert reply.status == 200, reply.text
    return reply


def cursor(api: Api, **query: str) -> str:
    found: str = events(api, **query).body["pagination"]["nextCursor"]
    return found


def types(reply: Reply) -> list[str]:
    return [event["type"] for event in reply.body["events"]]


def test_event_shows_its_post_actor_and_data(api: Api) -> None:
    post = api.create()

    reply = events(api)

    assert reply.body["events"] == [
        {
            "id": "1",
            "type": "post.created",
            "at": "2026-03-02T09:00:00.000Z",
            "actor": "ada",
            "actorName": None,
            "postId": post["id"],
            "publicationId": None,
            "connectionId": None,
            "mediaId": None,
            "data": {"status": "draft"},
        }
    ]
    assert reply.headers["cache-control"] == "no-store"


def test_next_call_returns_the_events_that_follow(api: Api) -> None:
    post = api.create()
    first = cursor(api)
    assert types(events(api, after=first)) == []
    api.call("update_post", {"postId": post["id"], "content": "It is cold."})
    api.call("delete_post", {"postId": post["id"]})

    page = events(api, after=first, take="1")
    rest = events(api, after=page.body["pagination"]["nextCursor"])

    assert types(page) == ["post.updated"]
    assert page.body["pagination"] | {"nextCursor": ""} == {"take": 1, "count": 1, "nextCursor": "", "hasMore": True}
    assert types(rest) == ["post.deleted"]
    assert rest.body["pagination"]["hasMore"] is False


def test_response_without_events_returns_the_same_cursor(api: Api) -> None:
    api.create()
    first = cursor(api)

    assert cursor(api, after=first) == first


def test_types_limit_the_events_and_the_cursor_passes_the_others(api: Api) -> None:
    first, second = api.create(), api.create()
    for post in (first, second):
        api.call("delete_post", {"postId": post["id"]})

    deleted = events(api, types="post.deleted, post.archived", take="1")
    rest = events(api, types="post.deleted", after=deleted.body["pagination"]["nextCursor"])
    none = events(api, types="post.archived")

    assert [event["postId"] for event in deleted.body["events"]] == [first["id"]]
    assert deleted.body["pagination"]["hasMore"] is True
    assert [event["postId"] for event in rest.body["events"]] == [second["id"]]
    assert none.body["events"] == []
    assert none.body["pagination"]["nextCursor"] == cursor(api, after="latest")


def test_latest_returns_the_end_of_the_list(api: Api) -> None:
    post = api.create()

    latest = events(api, after="latest")
    api.call("delete_post", {"postId": post["id"]})

    assert latest.body["events"] == []
    assert latest.body["pagination"]["hasMore"] is False
    assert types(events(api, after=latest.body["pagination"]["nextCursor"])) == ["post.deleted"]


def test_call_numbers_and_reads_a_limited_number_of_events(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_EVENTS", 2)
    for _ in range(5):
        api.create()

    latest = [events(api, after="latest").body["pagination"]["hasMore"] for _ in range(2)]
    found, seen, more = "", 0, True
    while more:
        reply = events(api, **({"after": found} if found else {}), types="post.created")
        seen += len(reply.body["events"])
        found, more = reply.body["pagination"]["nextCursor"], reply.body["pagination"]["hasMore"]

    assert latest == [True, True]
    assert seen == 5


def test_page_has_a_limited_size(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_CHARACTERS", 1)
    for _ in range(2):
        api.create()

    reply = events(api)

    assert len(reply.body["events"]) == 1
    assert reply.body["pagination"]["hasMore"] is True


def test_owner_sees_only_its_own_events(api: Api) -> None:
    api.create()
    mine = cursor(api)

    other = api.call("list_events", user="bob")
    stolen = api.call("list_events", user="bob", query={"after": mine})

    assert other.body["events"] == []
    assert (stolen.status, stolen.body["code"]) == (400, "invalid_input")
    assert types(events(api)) == ["post.created"]


def test_viewer_reads_events(api: Api) -> None:
    api.create()

    assert types(api.call("list_events", roles="viewer")) == ["post.created"]


@pytest.mark.parametrize("after", ["x", "", "bGF0ZXN0", "é"])
def test_invalid_cursor_is_refused(api: Api, after: str) -> None:
    reply = api.call("list_events", query={"after": after})

    assert reply.status == 400
    assert reply.body["error"] == (
        'after is not valid. Use the nextCursor of an earlier response to the same owner, or "latest".'
    )


def test_unknown_type_is_refused(api: Api) -> None:
    reply = api.call("list_events", query={"types": "post.created,post.eaten"})

    assert reply.status == 400
    assert reply.body["error"].startswith('types does not allow "post.eaten". Give one or more of: post.')


def test_cursor_whose_next_events_are_deleted_has_expired(api: Api, db: Database) -> None:
    for _ in range(3):
        api.create()
    first, second, third = (cursor(api, take=take) for take in ("1", "2", "3"))
    db.fetch(PRUNE, last=2)

    answers = [api.call("list_events", query={"after": after}) for after in (first, second, third)]
    db.fetch(PRUNE, last=3)
    all_deleted = api.call("list_events", query={"after": second})

    assert [reply.status for reply in answers] == [409, 200, 200]
    assert answers[0].body["code"] == all_deleted.body["code"] == "cursor_expired"
    assert types(answers[1]) == ["post.created"]
    assert types(answers[2]) == []


def test_cursor_that_is_newer_than_the_database_is_refused(api: Api, db: Database) -> None:
    for _ in range(2):
        api.create()
    later = cursor(api)
    db.fetch(Query("restore", "UPDATE event_positions SET last = 1"))

    reply = api.call("list_events", query={"after": later})

    assert (reply.status, reply.body["code"]) == (409, "cursor_ahead")


def test_role_of_readers_numbers_and_reads_events(api: Api, database_url: str) -> None:
    api.create()
    db = Database(lambda: as_group(database_url, "reader"))

    found = reading.page(db, Identity("ada", "ada"), EventQuery())
    db.close()

    assert [event["type"] for event in found["events"]] == ["post.created"]
