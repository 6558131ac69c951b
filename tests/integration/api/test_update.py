import threading
from typing import Any
from uuid import UUID, uuid4

import pytest

from minutehand.posts.forms.post import FIELDS, PUBLISHED_FIELDS
from minutehand.posts.forms.update import PostChanges
from minutehand.runtime.db import Database
from minutehand.runtime.errors import Conflict
from minutehand.runtime.sql import Query
from minutehand.runtime.validation import parse
from tests.support.api import Api, Reply, update
from tests.support.factories import connect
from tests.support.post_fields import EXAMPLES

LATER = "2026-03-02T12:00:00Z"
CHANGES = Query(
    "changes", "SELECT data -> 'changed' AS changed FROM events WHERE post_id = %(id)s AND type = 'post.updated'"
)
APPROVE = Query("approve", "UPDATE social_posts SET approval_status = 'approved' WHERE id = %(id)s")
APPROVE_IF_REQUIRED = Query(
    "approve", "UPDATE social_posts SET approval_status = 'approved' WHERE id = %(id)s AND approval_required"
)
JOB = Query("job", "SELECT job_id FROM social_posts WHERE id = %(id)s")
STATE = Query(
    "state",
    """UPDATE social_posts SET status = %(status)s, posted_at = now(), failure_reason = 'Refused.',
       job_id = gen_random_uuid(), scheduled_at = now(), platforms = '{bluesky}' WHERE id = %(id)s""",
)


def change(api: Api, post: dict[str, Any], **fields: Any) -> Reply:
    return api.call("update_post", {"postId": post["id"]} | fields)


def test_only_given_fields_change(api: Api, db: Database) -> None:
    post = api.create(campaign="Open studio", notes="Ask Mia.")
    api.clock.advance(seconds=5)

    reply = change(api, post, content="The kiln is cold.", platforms=["mastodon"], campaign=None)

    changed = {
        "content": "The kiln is cold.",
        "platforms": ["mastodon"],
        "campaign": None,
        "version": 2,
        "updatedAt": "2026-03-02T09:00:05.000Z",
    }
    assert reply.status == 200
    assert reply.post == post | changed
    assert api.get(post["id"]).post == reply.post
    assert db.fetch(CHANGES, id=post["id"]) == [{"changed": ["content", "platforms", "campaign"]}]


@pytest.mark.parametrize("field", sorted(FIELDS.values()))
def test_a_field_changes_alone(api: Api, db: Database, field: str) -> None:
    post = api.create(platforms=["bluesky"], approvalRequired=field != "approvalRequired")
    db.fetch(APPROVE_IF_REQUIRED, id=post["id"])
    value = [str(connect(db, "bluesky"))] if field == "connectionIds" else EXAMPLES[field].given

    changed = change(api, post, **{field: value}).post

    assert (changed[field], changed["version"]) == (value, 2)
    assert {name for name in EXAMPLES if changed[name] != post[name]} == {field}
    assert db.fetch(CHANGES, id=post["id"]) == [{"changed": [field]}]
    pending = field == "approvalRequired" or field in PUBLISHED_FIELDS
    assert changed["approvalStatus"] == ("pending" if pending else "approved")


def test_the_platforms_of_new_connections_are_added(api: Api, db: Database) -> None:
    post = api.create(platforms=["x"])
    connections = [str(connect(db, platform)) for platform in ("x", "mastodon", "bluesky")]

    changed = change(api, post, connectionIds=connections).post

    assert (changed["connectionIds"], changed["platforms"]) == (connections, ["x", "bluesky", "mastodon"])
    assert db.fetch(CHANGES, id=post["id"]) == [{"changed": ["platforms", "connectionIds"]}]
    assert change(api, post, platforms=["mastodon"]).post["platforms"] == ["mastodon"]


def test_post_moves_to_another_account_with_its_platform(api: Api, db: Database) -> None:
    """Connections alone add their platforms, and the post would also stay on its previous ones."""
    mastodon = str(connect(db, "mastodon"))
    post = api.create(platforms=["bluesky"])

    moved = change(api, post, connectionIds=[mastodon], platforms=["mastodon"]).post

    assert (moved["platforms"], moved["connectionIds"]) == (["mastodon"], [mastodon])


def test_put_equals_patch(api: Api) -> None:
    post = api.create()

    reply = api.call("update_post", {"postId": post["id"], "notes": "Ask Mia."}, httpMethod="PUT")

    assert (reply.status, reply.post["notes"], reply.post["content"]) == (200, "Ask Mia.", post["content"])


def test_an_edit_without_a_difference_makes_no_new_version(api: Api, db: Database) -> None:
    post = api.create(approvalRequired=True)
    db.fetch(APPROVE, id=post["id"])

    reply = change(api, post, content=post["content"], platforms=post["platforms"])

    assert (reply.status, reply.post["version"], reply.post["approvalStatus"]) == (200, 1, "approved")
    assert db.fetch(CHANGES, id=post["id"]) == []


def test_a_time_schedules_a_draft_and_null_makes_it_a_draft_again(api: Api) -> None:
    post = api.create()

    scheduled = change(api, post, scheduledAt=LATER).post
    unscheduled = change(api, post, scheduledAt=None).post

    assert (scheduled["status"], scheduled["scheduledAt"]) == ("scheduled", "2026-03-02T12:00:00.000Z")
    assert (unscheduled["status"], unscheduled["scheduledAt"]) == ("draft", None)


def test_a_job_follows_an_edit_and_ends_without_a_time(api: Api, db: Database) -> None:
    post = api.create(scheduledAt=LATER)
    job = api.call("schedule_post", {"postId": post["id"]}).body["job"]

    change(api, post, content="New text", scheduledAt="2026-03-02T13:00:00Z")
    assert db.one(JOB, id=post["id"]) == {"job_id": UUID(job["id"])}

    again = api.call("schedule_post", {"postId": post["id"]}).body["job"]
    assert again == job | {"scheduledAt": "2026-03-02T13:00:00.000Z"}

    change(api, post, scheduledAt=None)
    assert db.one(JOB, id=post["id"]) == {"job_id": None}


def test_wall_clock_time_is_in_the_post_s_time_zone(api: Api) -> None:
    post = api.create(timezone="America/New_York")

    assert change(api, post, scheduledAt="2026-07-01T09:30").post["scheduledAt"] == "2026-07-01T13:30:00.000Z"


def test_wall_clock_time_is_in_the_given_time_zone(api: Api) -> None:
    post = api.create(timezone="America/New_York")

    changed = change(api, post, scheduledAt="2026-07-01T09:30", timezone="Asia/Tokyo").post

    assert changed["scheduledAt"] == "2026-07-01T00:30:00.000Z"


def test_a_new_time_zone_alone_does_not_move_the_post(api: Api) -> None:
    post = api.create(scheduledAt="2026-07-01T09:30", timezone="Europe/Berlin")

    changed = change(api, post, timezone="Asia/Tokyo").post

    assert changed["scheduledAt"] == post["scheduledAt"]
    assert changed["scheduledAtLocal"] == "2026-07-01T16:30:00.000+09:00"


def test_a_concurrent_time_zone_change_refuses_wall_clock_time(api: Api, db: Database) -> None:
    post = api.create(timezone="Europe/Berlin")
    changes = parse(PostChanges, {"postId": post["id"], "scheduledAt": "2026-07-01T09:30"})
    move = Query("move", "UPDATE social_posts SET timezone = 'Asia/Tokyo'")

    class Moving(Database):
        def one(self, query: Query, **parameters: Any) -> dict[str, Any] | None:
            if query.name == "update":
                db.fetch(move)
            return super().one(query, **parameters)

    moving = Moving(lambda: db._url())
    with pytest.raises(Conflict, match="at the same time"):
        update(moving, changes)
    moving.close()


@pytest.mark.parametrize(
    "fields",
    [{"content": "New"}, {"platforms": ["x"]}, {"mediaUrls": ["https://a.example/b.jpg"]}, {"scheduledAt": LATER}],
)
def test_an_edit_of_published_fields_sets_the_approval_to_pending(
    api: Api, db: Database, fields: dict[str, Any]
) -> None:
    post = api.create(approvalRequired=True)
    db.fetch(APPROVE, id=post["id"])

    assert change(api, post, **fields).post["approvalStatus"] == "pending"


@pytest.mark.parametrize("fields", [{"notes": "Ask Mia."}, {"campaign": "Summer"}, {"timezone": "Asia/Tokyo"}])
def test_an_edit_of_unpublished_fields_needs_no_new_approval(api: Api, db: Database, fields: dict[str, Any]) -> None:
    post = api.create(approvalRequired=True)
    db.fetch(APPROVE, id=post["id"])

    assert change(api, post, **fields).post["approvalStatus"] == "approved"


def test_an_edit_can_add_and_remove_the_approval_requirement(api: Api) -> None:
    post = api.create()

    assert change(api, post, approvalRequired=True).post["approvalStatus"] == "pending"
    dropped = api.call("update_post", {"postId": post["id"], "approvalRequired": False}, roles="approver")
    assert dropped.post["approvalStatus"] is None


def test_an_edit_of_an_old_version_is_refused_with_the_present_one(api: Api) -> None:
    post = api.create()
    change(api, post, notes="One", version=1)

    reply = change(api, post, notes="Two", version=1)

    assert (reply.status, reply.body["code"]) == (409, "version_conflict")
    assert reply.body["details"][0] | {"message": ""} == {"field": "version", "message": "", "given": 1, "allowed": 2}
    assert api.get(post["id"]).post["notes"] == "One"


@pytest.mark.parametrize("status", ["published", "failed", "archived"])
def test_a_post_that_is_not_editable_is_refused_with_its_status(api: Api, db: Database, status: str) -> None:
    post = api.create()
    db.fetch(STATE, id=post["id"], status=status)

    reply = change(api, post, notes="Too late")

    assert (reply.status, reply.body["code"]) == (409, "wrong_state")
    assert status in reply.body["error"]
    assert reply.body["details"][0]["allowed"] == ["draft", "scheduled", "queued"]


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"content": " "}, "content", "Post content cannot be empty"),
        ({"content": None}, "content", "content must be a string."),
        ({"platforms": None}, "platforms", "platforms must be a list."),
        ({"platforms": [], "scheduledAt": LATER}, "platforms", "A post with a time needs at least one platform."),
        (
            {"scheduledAt": "2026-03-01T12:00:00Z"},
            "scheduledAt",
            "scheduledAt 2026-03-01T12:00:00+00:00 is in the past.",
        ),
        ({"version": 0, "notes": "a"}, "version", "version must be at least 1."),
        ({"version": True, "notes": "a"}, "version", "version must be an integer."),
    ],
)
def test_an_invalid_edit_is_refused(api: Api, fields: dict[str, Any], field: str, sentence: str) -> None:
    post = api.create()

    reply = change(api, post, **fields)

    assert (reply.status, reply.body["error"]) == (400, sentence)
    assert reply.body["details"][0]["field"] == field
    assert api.get(post["id"]).post == post


def test_an_edit_without_fields_is_refused(api: Api) -> None:
    post = api.create()

    assert change(api, post).body["code"] == "nothing_to_change"
    assert change(api, post, version=1).body["code"] == "nothing_to_change"


@pytest.mark.parametrize("post_id", ["post-123-abc", "", str(uuid4())], ids=["no id", "empty", "unknown"])
def test_an_unknown_post_is_not_found(api: Api, post_id: str) -> None:
    reply = api.call("update_post", {"postId": post_id, "notes": "a"})

    assert (reply.status, reply.body["code"]) == (404, "post_not_found")


def test_another_owner_s_post_is_not_found_and_unchanged(api: Api) -> None:
    post = api.create()

    reply = api.call("update_post", {"postId": post["id"], "notes": "Mine now"}, user="mallory")

    assert reply.status == 404
    assert api.get(post["id"]).post == post


def test_one_of_many_concurrent_edits_of_a_version_wins(api: Api, database_url: str) -> None:
    post = api.create()
    changes = [
        parse(PostChanges, {"postId": post["id"], "content": f"Text {number}", "version": 1}) for number in range(8)
    ]
    start, won, refused = threading.Barrier(len(changes)), [], []

    def work(wanted: PostChanges) -> None:
        db = Database(lambda: database_url)
        start.wait()
        try:
            won.append(update(db, wanted)["post"])
        except Conflict as conflict:
            refused.append(conflict.code)
        db.close()

    threads = [threading.Thread(target=work, args=[wanted]) for wanted in changes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert refused == ["version_conflict"] * 7
    assert [post["version"] for post in won] == [2]
    assert api.get(post["id"]).post == won[0]


def test_concurrent_edits_of_different_fields_are_all_kept(api: Api, database_url: str) -> None:
    post = api.create()
    fields: list[dict[str, Any]] = [{"content": "New"}, {"notes": "Ask Mia."}, {"campaign": "Summer"}]
    start = threading.Barrier(len(fields))

    def work(given: dict[str, Any]) -> None:
        db = Database(lambda: database_url)
        start.wait()
        update(db, parse(PostChanges, {"postId": post["id"]} | given))
        db.close()

    threads = [threading.Thread(target=work, args=[given]) for given in fields]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    after = api.get(post["id"]).post
    assert (after["content"], after["notes"], after["campaign"], after["version"]) == ("New", "Ask Mia.", "Summer", 4)
