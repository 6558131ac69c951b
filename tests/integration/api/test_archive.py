"""POST posts/archive, and the daily archiver."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from minutehand.posts import archive
from minutehand.runtime.config import BadConfiguration
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.integration.api.test_retry import failed
from tests.support.api import CONTEXT, Api, sample
from tests.support.clock import START, FakeClock
from tests.support.cold_start import ENVIRON, start
from tests.support.sqs import FakeSqs

PUBLISHED = Query(
    "published",
    """INSERT INTO social_posts (content, platforms, status, scheduled_at, posted_at, owner_id, created_by)
       SELECT 'Post ' || n, '{bluesky}', 'published', %(at)s::timestamptz, %(at)s, %(owner)s, %(owner)s
       FROM generate_series(1, %(count)s) AS n RETURNING id""",
)
STATUSES = Query(
    "statuses",
    """SELECT owner_id, status, count(*) AS posts FROM social_posts GROUP BY 1, 2 ORDER BY 1, 2""",
)
EVENTS = Query("events", "SELECT post_id, actor, data FROM events WHERE type = 'post.archived'")


def publish(db: Database, *, days_ago: float, owner: str = "ada", count: int = 1) -> list[str]:
    rows = db.fetch(PUBLISHED, at=START - timedelta(days=days_ago), owner=owner, count=count)
    return [str(row["id"]) for row in rows]


def statuses(db: Database) -> dict[tuple[str, str], int]:
    return {(row["owner_id"], row["status"]): row["posts"] for row in db.fetch(STATUSES)}


def test_a_published_post_is_archived(api: Api, db: Database) -> None:
    [post_id, _] = publish(db, days_ago=1, count=2)

    reply = api.call("archive_posts", {"postId": post_id})

    assert reply.body == {"success": True, "count": 1, "complete": True}
    assert api.get(post_id).post["status"] == "archived"
    assert statuses(db) == {("ada", "archived"): 1, ("ada", "published"): 1}
    assert [(str(row["post_id"]), row["actor"]) for row in db.fetch(EVENTS)] == [(post_id, "ada")]


@pytest.mark.parametrize("other", ["published", "failed", "cancelled"])
def test_a_failed_post_is_archived(api: Api, db: Database, sqs: FakeSqs, other: str) -> None:
    post_id = failed(api, db, sqs, bluesky=other, x="failed")
    before = api.get(post_id).post

    reply = api.call("archive_posts", {"postId": post_id})

    assert reply.body == {"success": True, "count": 1, "complete": True}
    after = api.get(post_id).post
    assert (after["status"], after["version"]) == ("archived", before["version"] + 1)
    assert (after["failureReason"], after["publications"]) == ("It broke.", before["publications"])
    assert [(str(row["post_id"]), row["actor"]) for row in db.fetch(EVENTS)] == [(post_id, "ada")]
    assert api.call("retry_post", {"postId": post_id}).body["code"] == "not_failed"
    assert api.call("duplicate_post", {"postId": post_id}).body["post"]["status"] == "draft"


def test_a_post_with_an_unknown_publication_is_not_archived(api: Api, db: Database, sqs: FakeSqs) -> None:
    post_id = failed(api, db, sqs, bluesky="unknown", x="failed")

    reply = api.call("archive_posts", {"postId": post_id})

    assert (reply.status, reply.body["code"]) == (409, "outcome_unknown")
    assert reply.body["error"].endswith("Check the accounts, and report the result first.")
    assert api.get(post_id).post["status"] == "failed"

    [unknown] = [each["id"] for each in api.get(post_id).post["publications"] if each["state"] == "unknown"]
    api.call("confirm_post", {"postId": post_id, "publications": [{"id": unknown, "published": True}]})

    assert api.call("archive_posts", {"postId": post_id}).body["count"] == 1


def test_failed_posts_are_not_archived_because_of_their_age(
    api: Api, db: Database, sqs: FakeSqs, clock: FakeClock
) -> None:
    post_id = failed(api, db, sqs, x="failed")
    clock.advance(days=400)

    assert api.call("archive_posts", {"daysOld": 0}).body["count"] == 0
    assert api.get(post_id).post["status"] == "failed"


def test_only_an_ended_post_is_archived(api: Api, db: Database) -> None:
    draft = api.create()["id"]
    [post_id] = publish(db, days_ago=1)
    api.call("archive_posts", {"postId": post_id})

    for each, status in ((draft, "a draft"), (post_id, "archived")):
        reply = api.call("archive_posts", {"postId": each})
        assert (reply.status, reply.body["code"]) == (409, "wrong_state")
        assert f"is {status} and cannot be archived" in reply.body["error"]
        assert reply.body["details"][0]["allowed"] == ["published", "failed"]


@pytest.mark.parametrize(("body", "count"), [({}, 2), ({"daysOld": 30}, 3), ({"daysOld": 0}, 4), ({"daysOld": 365}, 0)])
def test_old_posts_of_one_owner_are_archived(api: Api, db: Database, body: dict[str, int], count: int) -> None:
    for days in (100, 91, 89, 1):
        publish(db, days_ago=days)
    publish(db, days_ago=200, owner="bob")

    reply = api.call("archive_posts", body)

    assert reply.body == {"success": True, "count": count, "complete": True}
    assert statuses(db).get(("ada", "archived"), 0) == count
    assert statuses(db)["bob", "published"] == 1
    assert [row["data"] for row in db.fetch(EVENTS)] == [{"daysOld": body.get("daysOld", 90)}] * count


def test_many_posts_are_archived_in_batches(api: Api, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "BATCH_SIZE", 10)
    publish(db, days_ago=100, count=25)

    assert api.call("archive_posts", {}).body["count"] == 25
    assert statuses(db) == {("ada", "archived"): 25}


def test_a_call_that_runs_out_of_time_is_not_complete(
    api: Api, db: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "BATCH_SIZE", 10)
    publish(db, days_ago=100, count=25)
    fetch = db.fetch

    def slowly(*arguments: Any, **parameters: Any) -> Any:
        clock.advance(seconds=4)
        return fetch(*arguments, **parameters)

    monkeypatch.setattr(db, "fetch", slowly)

    first, second = (api.call("archive_posts", {}).body for _ in range(2))

    assert (first["count"], first["complete"]) == (20, False)
    assert (second["count"], second["complete"]) == (5, True)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"daysOld": -1}, "daysOld"),
        ({"daysOld": "90"}, "daysOld"),
        ({"daysOld": 36_501}, "daysOld"),
        ({"days": 3}, "days"),
    ],
)
def test_an_invalid_field_is_named(api: Api, body: dict[str, object], field: str) -> None:
    reply = api.call("archive_posts", body)

    assert (reply.status, reply.body["details"][0]["field"]) == (400, field)


def test_a_post_id_and_an_age_exclude_each_other(api: Api) -> None:
    reply = api.call("archive_posts", {"postId": str(uuid4()), "daysOld": 3})

    assert (reply.status, reply.body["details"][0]["field"]) == (400, "daysOld")
    assert reply.body["error"] == "Give either postId, for one post, or daysOld, for all older posts."


def test_only_the_owner_s_editors_may_archive_a_post(api: Api, db: Database) -> None:
    [post_id] = publish(db, days_ago=1)

    assert api.call("archive_posts", {"postId": post_id}, user="mallory", roles="admin").status == 404
    assert api.call("archive_posts", {"postId": "post-123-abc"}).status == 404
    assert api.call("archive_posts", {"postId": post_id}, roles="viewer").status == 403
    assert api.call("archive_posts", {}, user=None).status == 401
    assert statuses(db) == {("ada", "published"): 1}


# -- The daily archiver ----------------------------------------------------------------------------------------------


def archiver(db: Database, clock: FakeClock, *, days: int, milliseconds: int = 300_000) -> Any:
    app = start("archiver", db=db, clock=clock, environ=ENVIRON | {"ARCHIVE_AFTER_DAYS": str(days)})
    context = SimpleNamespace(**vars(CONTEXT), get_remaining_time_in_millis=lambda: milliseconds)
    return app.handler(sample("archiver"), context)


@pytest.mark.parametrize(("days", "count"), [(90, 2), (0, 0)])
def test_the_archiver_archives_the_posts_of_all_owners(days: int, count: int, db: Database, clock: FakeClock) -> None:
    publish(db, days_ago=91)
    publish(db, days_ago=91, owner="bob")
    publish(db, days_ago=89, owner="bob")

    assert archiver(db, clock, days=days) == {"count": count, "complete": True, "events": 0, "attempts": 0, "cards": 0}
    assert {row["actor"] for row in db.fetch(EVENTS)} == ({"archiver"} if count else set())


def test_an_archiver_without_time_left_is_not_complete(
    db: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(db, days_ago=91)

    assert archiver(db, clock, days=90, milliseconds=5_000) == {
        "count": 0,
        "complete": False,
        "events": 0,
        "attempts": 0,
        "cards": 0,
    }


def test_the_archiver_reads_its_configuration_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nowhere")
    monkeypatch.delenv("DATABASE_SECRET_ARN", raising=False)
    monkeypatch.setenv("ARCHIVE_AFTER_DAYS", "30")
    assert start("archiver").function.config.archive_after_days == 30
    monkeypatch.setenv("ARCHIVE_AFTER_DAYS", "-1")
    with pytest.raises(BadConfiguration, match="ARCHIVE_AFTER_DAYS"):
        _ = start("archiver").function.config
