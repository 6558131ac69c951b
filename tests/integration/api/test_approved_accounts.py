"""An approval fixes the connections of a post, and warns about what can still change."""

from typing import Any
from uuid import UUID

import pytest

from minutehand.connections.store import Connections
from minutehand.runtime.actor import Actor
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support.api import Api, Reply
from tests.support.clock import START, FakeClock
from tests.support.factories import connect

LATER = "2026-03-02T14:00:00Z"
NEAR = "2026-03-02T09:01:00Z"
ITEM = "media:0f8fad5b-d9cb-469f-a165-70867728950e"
WEB = "https://example.com/a.jpg"
EVENT = Query("event", "SELECT data FROM events WHERE post_id = %(id)s ORDER BY id DESC LIMIT 1")
ADD_ITEM = Query(
    "add_item",
    """INSERT INTO media (id, owner_id, filename, content_type, size_bytes, object_key, status, created_by, created_at)
       VALUES (%(id)s, 'ada', 'a.jpg', 'image/jpeg', 1, 'a', 'ready', 'ada', now())""",
)


def decide(api: Api, post: dict[str, Any], *, approved: bool = True) -> Reply:
    body = {"postId": post["id"], "approved": approved, "comment": "See above."}
    return api.call("approve_post", body, user="bob", owner="ada", roles="approver")


def update(api: Api, post: dict[str, Any], **changes: object) -> dict[str, Any]:
    return api.call("update_post", {"postId": post["id"]} | changes, httpMethod="PATCH").post


def destinations(api: Api, post: dict[str, Any]) -> list[str]:
    """Return the connections of the publications of a post that is due within the horizon."""
    api.call("schedule_post", {"postId": post["id"]})
    return [each["connectionId"] for each in api.get(post["id"]).post["publications"]]


def warning_codes(reply: Reply) -> list[str]:
    return [each["code"] for each in reply.body.get("warnings", [])]


@pytest.fixture
def accounts(db: Database) -> tuple[UUID, UUID]:
    """Return the owner's default X account and another one."""
    usual = connect(db, "x", account_id="usual")
    return usual, connect(db, "x", account_id="other", is_default=False)


def waiting(api: Api, **fields: object) -> dict[str, Any]:
    return api.create(**{"platforms": ["x"], "scheduledAt": LATER, "approvalRequired": True} | fields)


def test_new_default_does_not_move_an_approved_post(
    api: Api, db: Database, clock: FakeClock, accounts: tuple[UUID, UUID]
) -> None:
    usual, other = accounts
    post = waiting(api)
    approved = decide(api, post).post
    Connections(db).make_default(other, "ada", now=START)

    clock.advance(hours=4, minutes=59)
    publications = destinations(api, post)

    assert publications == [str(usual)]
    assert approved["connectionIds"] == [str(usual)]


def test_post_whose_approved_account_is_gone_fails_and_goes_to_no_other(
    api: Api, db: Database, clock: FakeClock, accounts: tuple[UUID, UUID]
) -> None:
    usual, _ = accounts
    post = waiting(api)
    decide(api, post)
    Connections(db).disconnect(usual, "ada", actor=Actor("ada"), now=START)

    clock.advance(hours=4, minutes=59)
    api.call("schedule_post", {"postId": post["id"]})

    failed = api.get(post["id"]).post
    [publication] = failed["publications"]
    assert (failed["status"], publication["connectionId"], publication["failureCode"]) == (
        "failed",
        str(usual),
        "not_connected",
    )
    assert (
        publication["failureReason"]
        == "The X account of this post is no longer connected. Connect it again, then retry the post."
    )


def test_new_default_does_not_move_a_post_that_is_approved_near_its_time(
    api: Api, db: Database, accounts: tuple[UUID, UUID]
) -> None:
    usual, other = accounts
    post = waiting(api, scheduledAt=NEAR)
    decide(api, post)
    Connections(db).make_default(other, "ada", now=START)

    assert destinations(api, post) == [str(usual)]


def test_approval_keeps_named_connections_and_adds_the_default_of_other_platforms(
    api: Api, db: Database, accounts: tuple[UUID, UUID]
) -> None:
    usual, other = accounts
    bluesky = connect(db, "bluesky")
    post = waiting(api, platforms=["bluesky", "x"], connectionIds=[str(other), str(usual)])

    approved = decide(api, post).post

    assert approved["connectionIds"] == [str(other), str(usual), str(bluesky)]
    [event] = db.fetch(EVENT, id=post["id"])
    assert event["data"]["connectionIds"] == approved["connectionIds"]


def test_approval_keeps_a_named_connection_that_is_gone(api: Api, db: Database, accounts: tuple[UUID, UUID]) -> None:
    _, other = accounts
    post = waiting(api, connectionIds=[str(other)])
    Connections(db).disconnect(other, "ada", actor=Actor("ada"), now=START)

    assert decide(api, post).post["connectionIds"] == [str(other)]


def test_rejection_fixes_no_connection(api: Api, accounts: tuple[UUID, UUID]) -> None:
    assert decide(api, waiting(api), approved=False).post["connectionIds"] == []
    assert accounts


def test_change_of_the_connections_needs_a_new_approval(api: Api, accounts: tuple[UUID, UUID]) -> None:
    _, other = accounts
    post = waiting(api)
    decide(api, post)

    assert update(api, post, connectionIds=[str(other)])["approvalStatus"] == "pending"


def test_emptied_connections_mean_the_default_of_the_next_approval(
    api: Api, db: Database, accounts: tuple[UUID, UUID]
) -> None:
    usual, other = accounts
    post = waiting(api)
    decide(api, post)
    Connections(db).make_default(other, "ada", now=START)

    assert update(api, post, content="New")["connectionIds"] == [str(usual)]
    assert update(api, post, connectionIds=[])["connectionIds"] == []
    assert decide(api, post).post["connectionIds"] == [str(other)]


def test_platform_without_an_account_is_named_in_a_warning(api: Api, db: Database) -> None:
    connect(db, "bluesky")
    reply = decide(api, waiting(api, platforms=["bluesky", "x"]))

    [warning] = reply.body["warnings"]
    assert (warning["field"], warning["code"], warning["platform"]) == ("platforms", "account_not_fixed", "x")
    assert warning["message"].startswith("No X account is connected.")


def test_approval_without_an_account_to_fix_is_refused_and_changes_nothing(api: Api, db: Database) -> None:
    connect(db, "bluesky")
    api.configure("approve_post", UNCONNECTED_PLATFORMS="reject")
    post, draft = (waiting(api, platforms=["bluesky", "x"], scheduledAt=at) for at in (LATER, None))

    refused = decide(api, post)

    assert (refused.status, refused.body["code"]) == (409, "not_connected")
    assert api.get(post["id"]).post == post
    assert warning_codes(decide(api, draft)) == ["account_not_fixed"]
    assert decide(api, post, approved=False).post["approvalStatus"] == "rejected"
    connect(db, "x")
    assert len(decide(api, post).post["connectionIds"]) == 2


@pytest.mark.parametrize(
    ("fields", "warned"),
    [
        ({"mediaUrls": [WEB]}, True),
        ({"variants": {"x": {"mediaUrls": [WEB]}}}, True),
        ({"variants": {"x": {"content": f"See {WEB}"}}}, False),
        ({"platformOptions": {"x": {"thread": [{"content": "More", "mediaUrls": [WEB]}]}}}, True),
        ({"platformOptions": {"x": {"thread": [f"See {WEB}"]}}}, False),
        ({"platforms": ["youtube"], "platformOptions": {"youtube": {"thumbnailUrl": WEB}}}, True),
        ({"content": f"See {WEB}"}, False),
        ({"mediaUrls": [ITEM]}, False),
    ],
    ids=str,
)
def test_approval_warns_of_media_at_web_addresses(
    api: Api, db: Database, accounts: tuple[UUID, UUID], fields: dict[str, Any], warned: bool
) -> None:
    connect(db, "youtube")
    db.fetch(ADD_ITEM, id=UUID(ITEM.removeprefix("media:")))
    post = waiting(api, **fields)

    reply = decide(api, post)

    assert warning_codes(reply) == (["media_not_fixed"] if warned else [])
    assert warning_codes(decide(api, waiting(api, **fields), approved=False)) == []
    assert accounts
