"""Warnings about other posts on the same connection."""

from datetime import timedelta
from typing import Any

import pytest

from minutehand.runtime.db import Database
from tests.support.api import Api
from tests.support.clock import START
from tests.support.factories import connect, make_post

AT = START + timedelta(days=1)
TEXT = "The kiln is warm."


def codes(reply: Any) -> list[tuple[str, str]]:
    """Return the code and the field of each warning about another post."""
    found = [(each["code"], each["field"]) for each in reply.body.get("warnings", [])]
    return [each for each in found if each[0] in ("same_content", "close_to_another")]


def warned(api: Api, *, content: str = TEXT, at: timedelta = timedelta(0), **fields: Any) -> list[tuple[str, str]]:
    """Return what validating and creating a post warn of, which is the same."""
    body = {"content": content, "platforms": ["x"], "scheduledAt": (AT + at).isoformat(), **fields}
    validated, created = codes(api.call("validate_post", body)), codes(api.call("create_post", body))
    assert validated == created
    return created


@pytest.mark.parametrize("content", [TEXT, " the KILN\n is  warm. "])
@pytest.mark.parametrize("days", [-30, 0, 30])
def test_same_text_on_the_same_connection_causes_a_warning(api: Api, db: Database, content: str, days: int) -> None:
    connect(db, "x")
    make_post(db, now=START, due=AT - timedelta(days=days), content=TEXT, platforms=["x"])

    assert warned(api, content=content) == [("same_content", "content")]


@pytest.mark.parametrize(
    "other",
    [
        {"content": "Another text."},
        {"due": AT - timedelta(days=30, seconds=1)},
        {"platforms": ["mastodon"]},
        {"owner_id": "bob"},
        {"status": "draft", "scheduled_at": None},
        {"status": "failed", "failure_reason": "It broke."},
        {"status": "archived", "failure_reason": "It broke."},
    ],
    ids=["text", "time", "platform", "owner", "draft", "failed", "archived"],
)
def test_different_post_causes_no_warning(api: Api, db: Database, other: dict[str, Any]) -> None:
    connect(db, "x")
    connect(db, "x", "bob", account_id="2")
    columns: dict[str, Any] = {"due": AT, "content": TEXT, "platforms": ["x"]}
    make_post(db, now=START, **columns | other)

    assert warned(api) == []


def test_same_text_on_another_connection_causes_no_warning(api: Api, db: Database) -> None:
    connect(db, "x")
    second = connect(db, "x", account_id="2", is_default=False)
    make_post(db, now=START, due=AT, platforms=["x"], connection_ids=[second], connection_platforms=["x"])

    assert warned(api) == []
    assert warned(api, connectionIds=[str(second)]) == [("same_content", "content")]


def test_post_within_the_spacing_causes_a_warning(api: Api, db: Database) -> None:
    connect(db, "x")
    api.call("settings", {"spacingMinutes": 30}, httpMethod="PATCH")
    make_post(db, now=START, due=AT, content="Another text.", platforms=["x"])

    assert warned(api, at=timedelta(minutes=29)) == [("close_to_another", "scheduledAt")]
    assert warned(api, at=timedelta(minutes=-30), content="Early.") == []


def test_update_warns_of_other_posts_but_not_of_itself(api: Api, db: Database) -> None:
    connect(db, "x")
    other = make_post(db, now=START, due=AT, content="Another text.", platforms=["x"])
    post = api.create(content=TEXT, platforms=["x"], scheduledAt=AT.isoformat())

    unchanged = api.call("update_post", {"postId": post["id"], "content": TEXT})
    changed = api.call("update_post", {"postId": post["id"], "content": "another  TEXT."})
    saved = api.call("validate_post", {"postId": post["id"]})

    assert [codes(reply) for reply in (unchanged, changed, saved)] == [
        [],
        [("same_content", "content")],
        [("same_content", "content")],
    ]
    [warning] = [each for each in changed.body["warnings"] if each["code"] == "same_content"]
    assert warning["message"].endswith(
        "goes to the same X account at 2026-03-03T09:00:00.000Z. The interval between the two posts is at most 30 days."
    )
    assert warning["platform"] == "x"
    assert warning["otherPost"] == {"postId": str(other), "scheduledAt": "2026-03-03T09:00:00.000Z"}
