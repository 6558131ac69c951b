"""Each change writes its event, with its subject, its actor and its data."""

import re
from typing import Any
from uuid import uuid4

import pytest

from minutehand.connections.store import Connections, NewConnection
from minutehand.events.types import EVENT_TYPES
from minutehand.posts.writing import MAX_EVENT_CHARACTERS
from minutehand.runtime.actor import Actor
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support.api import Api
from tests.support.clock import START
from tests.support.factories import connect
from tests.support.post_fields import EXAMPLES
from tests.support.statements import DOMAIN
from tests.support.world import World

EVENTS = Query(
    "events",
    """SELECT type, owner_id, actor, actor_name, post_id, publication_id, connection_id, media_id, data
       FROM events WHERE type ~ %(types)s ORDER BY id""",
)
ENDINGS = (".py", ".sql")
ADA = Actor("ada", "Ada Lovelace")


def found(db: Database, types: str) -> list[dict[str, Any]]:
    """Return the events whose types match, without the columns that are null."""
    return [{name: value for name, value in row.items() if value is not None} for row in db.fetch(EVENTS, types=types)]


def test_code_writes_only_known_types_of_events() -> None:
    """The statements of publications and approvals compose their types from states."""
    code = "".join(path.read_text(encoding="utf-8") for path in sorted(DOMAIN.glob("*/*")) if path.suffix in ENDINGS)
    written = set(re.findall(r"""['"]((?:post|publication|connection|token)\.[a-z_]+|media\.ready)['"]""", code))
    composed = {"post.approved", "post.rejected", "post.published", "post.failed"}
    composed |= {"publication.published", "publication.failed", "publication.unknown"}

    assert written <= set(EVENT_TYPES)
    assert set(EVENT_TYPES) <= written | composed


def test_published_publication_has_an_event_before_its_post(world: World) -> None:
    post = world.post(ahead=30)
    world.run(minutes=1)

    [publication] = world.publications(post)
    published, finished = found(world.db, "^(publication|post)[.]published$")
    assert published == {
        "type": "publication.published",
        "owner_id": "ada",
        "actor": "publisher",
        "post_id": post,
        "publication_id": publication["id"],
        "data": {
            "jobId": str(publication["job_id"]),
            "platform": "bluesky",
            "part": 1,
            "remoteId": publication["remote_id"],
        },
    }
    assert finished["type"] == "post.published"
    assert finished["data"] == {"jobId": str(publication["job_id"])}


def test_retries_of_a_publication_write_no_event(world: World) -> None:
    world.post(ahead=30)
    world.platform.script = ["refused_connection", "refused_connection", "land"]
    world.run(minutes=2)

    assert [event["type"] for event in found(world.db, "^publication")] == ["publication.published"]


def test_failed_publication_has_its_code_and_reason_in_its_event(world: World) -> None:
    post = world.post(ahead=30, platforms=["bluesky", "mastodon"])
    world.platform.script = ["rejected", "land"]
    world.run(minutes=1)

    events = found(world.db, "^(publication|post)[.](published|failed)$")
    assert {event["type"] for event in events[:2]} == {"publication.published", "publication.failed"}
    [failed] = [event["data"] for event in events if event["type"] == "publication.failed"]
    [row] = [row for row in world.publications(post) if row["state"] == "failed"]
    assert (failed["code"], failed["reason"]) == (row["failure_code"], row["failure_reason"])
    assert events[2]["type"] == "post.failed"
    assert events[2]["data"]["partial"] is True


def test_publication_without_a_connection_fails_with_an_event_after_the_claim(world: World) -> None:
    post = world.post(ahead=30, connection_ids=[uuid4()], connection_platforms=["bluesky"])
    world.run(minutes=1)

    events = found(world.db, "queued|failed")
    assert [(event["type"], event["actor"]) for event in events] == [
        ("post.queued", "scheduler"),
        ("publication.failed", "scheduler"),
        ("post.failed", "publisher"),
    ]
    assert events[1]["data"]["code"] == "not_connected"
    assert events[2]["data"]["partial"] is False
    assert {event["post_id"] for event in events} == {post}


def test_unknown_publication_has_an_event(world: World) -> None:
    world.post(ahead=30)
    world.platform.script = ["land_then_drop"]
    world.platform.can_tell = False
    world.run(minutes=20)

    [unknown] = found(world.db, "^publication")
    assert unknown["type"] == "publication.unknown"


def test_later_part_that_is_not_published_has_an_event(world: World) -> None:
    world.thread("One", "Two", "Three")
    world.platform.script = ["rejected"]
    world.run(minutes=2)

    events = [(event["data"]["part"], event["data"]["code"]) for event in found(world.db, "^publication")]
    assert [part for part, _ in sorted(events)] == [1, 2, 3]
    assert {code for part, code in events if part > 1} == {"earlier_part_missing"}


def seal(token: object, connection_id: str, owner_id: str) -> bytes:
    return b"sealed"


def test_connection_has_an_event_for_each_change(db: Database) -> None:
    connections = Connections(db)
    account = NewConnection("ada", "x", "1", "@ada", "https://api.x.com")
    first = connections.connect(account, {}, seal, actor=ADA, now=START)
    connections.require_reconnect(first.id, "ada", "The token was revoked.", actor=Actor("publisher"), now=START)
    connections.require_reconnect(first.id, "ada", "Again.", actor=Actor("publisher"), now=START)
    connections.connect(account, {}, seal, actor=ADA, now=START)
    connections.disconnect(first.id, "ada", actor=ADA, now=START)
    connections.disconnect(first.id, "ada", actor=ADA, now=START)

    by_ada = {"owner_id": "ada", "actor": "ada", "actor_name": "Ada Lovelace", "connection_id": first.id}
    by_publisher = {"owner_id": "ada", "actor": "publisher", "connection_id": first.id}
    on_x = {"platform": "x", "handle": "@ada"}
    assert found(db, "^connection") == [
        by_ada | {"type": "connection.connected", "data": on_x | {"added": True}},
        by_publisher | {"type": "connection.reconnect_required", "data": on_x | {"reason": "The token was revoked."}},
        by_ada | {"type": "connection.connected", "data": on_x | {"added": False}},
        by_ada | {"type": "connection.disconnected", "data": on_x},
    ]


@pytest.mark.parametrize("call", ["create_post", "update_post", "schedule_post", "cancel_post", "delete_post"])
def test_event_of_a_call_has_the_name_of_the_caller(api: Api, db: Database, call: str) -> None:
    post = api.create(scheduledAt="2026-03-03T09:00:00Z")
    fields = {"create_post": {"content": "Warm."}, "update_post": {"postId": post["id"], "content": "Warm."}}
    identity = {"userId": "bob", "ownerId": "ada", "roles": "", "name": "Bob"}

    reply = api.call(
        call, fields.get(call, {"postId": post["id"]}), requestContext={"authorizer": identity, "requestId": "1"}
    )

    assert reply.status in (200, 201), reply.text
    assert {(event["actor"], event.get("actor_name")) for event in found(db, "^post")[1:]} == {("bob", "Bob")}


def test_event_of_an_update_has_the_old_and_new_values(api: Api, db: Database) -> None:
    connection = str(connect(db, "mastodon"))
    given = {name: example.given for name, example in EXAMPLES.items() if name != "connectionIds"}
    post = api.create()
    changed = api.call("update_post", {"postId": post["id"], "connectionIds": [connection]} | given).post

    [event] = api.call("list_events", query={"types": "post.updated"}).body["events"]

    names = event["data"]["changed"]
    assert set(EXAMPLES) - set(names) <= {name for name in EXAMPLES if changed[name] == post[name]}
    assert event["data"]["old"] == {name: post[name] for name in names}
    assert event["data"]["new"] == {name: changed[name] for name in names}


def test_long_values_in_the_event_of_an_update_are_cut(api: Api, db: Database) -> None:
    post = api.create(content="a" * 30_000)
    api.call("update_post", {"postId": post["id"], "content": "b" * 9_999})
    api.call("update_post", {"postId": post["id"], "content": "c" * 30_000, "notes": "n"})
    api.call("update_post", {"postId": post["id"], "variants": {"x": {"content": "d" * 20_000}}})

    whole, shared, nested = [event["data"] for event in found(db, "post.updated")]
    limit = MAX_EVENT_CHARACTERS // 2

    assert whole["old"] == {"content": "a" * (limit - 1) + "…"}
    assert whole["new"] == {"content": "b" * 9_999}
    assert shared["new"] == {"content": "c" * (limit // 2 - 1) + "…", "notes": "n"}
    assert nested["old"] == {"variants": {}}
    assert nested["new"]["variants"].startswith('{"x": {"content": "ddd')
    assert len(nested["new"]["variants"]) == limit


def test_event_is_not_written_if_its_change_is_rolled_back(db: Database) -> None:
    connections = Connections(db)
    account = NewConnection("ada", "x", "1", "@ada", "https://api.x.com")

    def connect_and_fail() -> None:
        with db.transaction():
            connections.connect(account, {}, seal, actor=ADA, now=START)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        connect_and_fail()
    assert found(db, ".") == []
