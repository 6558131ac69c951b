"""POST posts/approve: roles, decisions, and the effect of an edit on an approval."""

import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from minutehand.posts.forms.update import PostChanges
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support.api import Api, Reply, update
from tests.support.clock import START, FakeClock
from tests.support.factories import connect
from tests.support.sqs import FakeSqs

LATER = "2026-03-02T14:00:00Z"
NEAR = "2026-03-02T09:01:00Z"
EVENTS = Query("events", "SELECT type, actor, data FROM events WHERE post_id = %(id)s ORDER BY id")


def waiting(api: Api, **fields: object) -> dict[str, object]:
    return api.create(**{"scheduledAt": LATER, "approvalRequired": True} | fields)


def approve(api: Api, post: dict[str, object], *, user: str = "bob", roles: str = "approver", **body: Any) -> Reply:
    given = {"postId": post["id"], "approved": True} | body
    return api.call("approve_post", given, user=user, owner="ada", roles=roles)


@pytest.mark.parametrize("roles", ["approver", "admin", "viewer,approver"])
def test_an_approver_approves_a_post(api: Api, roles: str) -> None:
    post = waiting(api)

    reply = approve(api, post, roles=roles, comment="  Good to go. ")

    assert reply.status == 200
    assert reply.post["approvalStatus"] == "approved"
    assert (reply.post["approvalBy"], reply.post["approvalComment"]) == ("bob", "Good to go.")
    assert reply.post["approvalAt"] == "2026-03-02T09:00:00.000Z"
    assert api.call("schedule_post", {"postId": post["id"]}).status == 200


@pytest.mark.parametrize("roles", ["", "editor", "operator", "viewer"])
def test_a_caller_without_the_role_cannot_approve_even_their_own_post(api: Api, roles: str) -> None:
    post = waiting(api)

    reply = approve(api, post, user="ada", roles=roles)

    assert (reply.status, reply.body["success"]) == (403, False)
    assert api.get(str(post["id"])).post["approvalStatus"] == "pending"


def test_a_creator_with_the_role_may_approve_their_own_post(api: Api) -> None:
    assert approve(api, waiting(api), user="ada").post["approvalStatus"] == "approved"


def test_an_approver_of_another_owner_gets_not_found(api: Api) -> None:
    post = waiting(api)

    reply = api.call("approve_post", {"postId": post["id"], "approved": True}, user="mallory", roles="approver,admin")

    assert (reply.status, reply.body["code"]) == (404, "post_not_found")


def test_a_rejection_requires_and_keeps_a_comment(api: Api, db: Database) -> None:
    post = waiting(api)

    refused = approve(api, post, approved=False, comment="  ")
    reply = approve(api, post, approved=False, comment="The price is wrong.")

    assert (refused.status, refused.body["details"][0]["field"]) == (400, "comment")
    assert reply.post["approvalStatus"] == "rejected"
    assert reply.post["approvalComment"] == "The price is wrong."
    last = db.fetch(EVENTS, id=post["id"])[-1]
    assert (last["type"], last["actor"]) == ("post.rejected", "bob")
    assert last["data"] == {"version": 1, "comment": "The price is wrong."}
    scheduled = api.call("schedule_post", {"postId": post["id"]})
    assert (scheduled.status, scheduled.body["code"]) == (409, "not_approved")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"approved": "yes"}, "approved"),
        ({"approved": None}, "approved"),
        ({"comment": "x" * 2_001}, "comment"),
        ({"version": 0}, "version"),
        ({"why": "x"}, "why"),
    ],
)
def test_an_invalid_field_is_named(api: Api, body: dict[str, Any], field: str) -> None:
    reply = approve(api, waiting(api), **body)

    assert (reply.status, reply.body["details"][0]["field"]) == (400, field)


def test_a_post_that_needs_no_approval_is_refused(api: Api) -> None:
    reply = approve(api, api.create(scheduledAt=LATER))

    assert (reply.status, reply.body["code"]) == (409, "no_approval_required")


@pytest.mark.parametrize("approved", [True, False])
def test_a_published_post_cannot_be_decided(api: Api, db: Database, approved: bool) -> None:
    post = waiting(api)
    db.fetch(
        Query("out", "UPDATE social_posts SET status = 'published', posted_at = now(), approval_status = 'approved'")
    )

    reply = approve(api, post, approved=approved, comment="No.")

    assert (reply.status, reply.body["code"]) == (409, "wrong_state")


# -- The release of an approved post --------------------------------------------------------------------------------


def test_a_post_approved_near_its_time_is_queued_and_sent_at_once(api: Api, sqs: FakeSqs) -> None:
    post = waiting(api, scheduledAt=NEAR, platforms=["bluesky", "mastodon"])
    assert api.call("schedule_post", {"postId": post["id"]}).body["code"] == "not_approved"

    reply = approve(api, post)

    assert reply.post["status"] == "queued"
    assert sqs.sent == 2
    assert {message.visible_at for message in sqs.messages.values()} == {START + timedelta(seconds=59)}


def test_a_post_approved_for_later_is_left_to_the_tick(api: Api, sqs: FakeSqs) -> None:
    reply = approve(api, waiting(api))

    assert (reply.post["status"], sqs.sent) == ("scheduled", 0)


def test_an_approved_draft_stays_a_draft(api: Api) -> None:
    reply = approve(api, waiting(api, scheduledAt=None))

    assert (reply.post["status"], reply.post["approvalStatus"]) == ("draft", "approved")


def test_an_approval_after_the_post_s_time_returns_a_warning(
    api: Api, clock: FakeClock, sqs: FakeSqs, db: Database
) -> None:
    connect(db, "bluesky")
    post = waiting(api, scheduledAt=NEAR)
    clock.advance(minutes=10)

    reply = approve(api, post)

    [warning] = reply.body["warnings"]
    assert (warning["code"], warning["field"]) == ("time_is_past", "scheduledAt")
    assert "as soon as possible, by 2026-03-03T09:01:00.000Z at the latest." in warning["message"]
    assert (reply.post["status"], sqs.sent) == ("queued", 1)


@pytest.mark.parametrize(("seconds", "status"), [(119, 200), (120, 409), (86_400, 409)])
def test_an_approval_after_the_window_is_refused_and_changes_nothing(
    api: Api, clock: FakeClock, sqs: FakeSqs, db: Database, seconds: int, status: int
) -> None:
    """The post could only fail with `missed_window`. The error says that it needs a new time."""
    post = waiting(api, scheduledAt=NEAR, publishWithinSeconds=60)
    events = db.fetch(EVENTS, id=post["id"])
    clock.advance(seconds=seconds)

    reply = approve(api, post)

    assert reply.status == status
    if status == 409:
        assert reply.body["code"] == "time_is_past"
        assert "its window closed at 2026-03-02T09:02:00.000Z. Set a new scheduledAt first." in reply.body["error"]
        assert (api.get(str(post["id"])).post, db.fetch(EVENTS, id=post["id"])) == (post, events)
        later = clock.now() + timedelta(seconds=30)
        api.call("update_post", {"postId": post["id"], "scheduledAt": later.isoformat()})
        assert approve(api, post).post["status"] == "queued"
    assert sqs.sent == 1


@pytest.mark.parametrize(("within", "status"), [(0, 200), (3_600, 409), (86_400, 200)])
def test_a_post_without_a_window_has_the_deployment_s_window(
    api: Api, clock: FakeClock, within: int, status: int
) -> None:
    api.configure("approve_post", PUBLISH_WITHIN_SECONDS=str(within))
    post = waiting(api, scheduledAt=NEAR)
    clock.advance(hours=2)

    assert approve(api, post).status == status


def test_a_post_can_be_rejected_after_its_window(api: Api, clock: FakeClock) -> None:
    post = waiting(api, scheduledAt=NEAR)
    clock.advance(days=2)

    assert approve(api, post, approved=False, comment="Too late.").post["approvalStatus"] == "rejected"


def test_a_rejection_takes_a_queued_post_out_of_the_queue(api: Api, sqs: FakeSqs) -> None:
    post = waiting(api, scheduledAt=NEAR)
    approve(api, post)

    again = approve(api, post)
    reply = approve(api, post, approved=False, comment="Not today.")

    assert (again.status, again.body["code"]) == (409, "wrong_state")
    assert (reply.post["status"], reply.post["approvalStatus"]) == ("draft", "rejected")
    assert reply.post["publications"] == []


def test_a_post_in_publishing_cannot_be_rejected(api: Api, db: Database) -> None:
    post = waiting(api, scheduledAt=NEAR)
    approve(api, post)
    db.fetch(
        Query(
            "begin",
            """UPDATE publications SET state = 'publishing', lease_token = gen_random_uuid(), lease_until = now(),
               armed_at = due_at, started_at = due_at""",
        )
    )

    reply = approve(api, post, approved=False, comment="Not today.")

    assert (reply.status, reply.body["code"]) == (409, "too_late")
    assert api.get(str(post["id"])).post["approvalStatus"] == "approved"


# -- Edits and concurrent decisions ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"content": "Something else."},
        {"mediaUrls": ["https://example.com/a.jpg"]},
        {"platforms": ["bluesky", "mastodon"]},
        {"scheduledAt": "2026-03-02T15:00:00Z"},
        {"variants": {"bluesky": {"content": "Shorter."}}},
    ],
)
def test_an_edit_sets_an_approved_post_back_to_pending(api: Api, change: dict[str, object]) -> None:
    post = waiting(api)
    approve(api, post, comment="Good.")

    reply = api.call("update_post", {"postId": post["id"], **change})

    assert reply.status == 200, reply.text
    assert reply.post["approvalStatus"] == "pending"
    assert (reply.post["approvalBy"], reply.post["approvalComment"]) == (None, None)


@pytest.mark.parametrize("change", [{"notes": "for us"}, {"campaign": "spring"}, {"timezone": "Europe/Berlin"}])
def test_an_edit_of_unpublished_fields_keeps_the_approval(api: Api, change: dict[str, object]) -> None:
    post = waiting(api)
    approve(api, post)

    assert api.call("update_post", {"postId": post["id"], **change}).post["approvalStatus"] == "approved"


def test_an_approval_of_an_older_version_is_refused(api: Api) -> None:
    post = waiting(api)
    edited = api.call("update_post", {"postId": post["id"], "content": "Something else."}).post

    stale, fresh = approve(api, post, version=post["version"]), approve(api, post, version=edited["version"])

    assert (stale.status, stale.body["code"]) == (409, "version_conflict")
    assert stale.body["details"][0]["allowed"] == edited["version"]
    assert fresh.post["approvalStatus"] == "approved"


@pytest.mark.parametrize("round_", range(5))
def test_a_concurrent_edit_is_never_approved_unseen(api: Api, database_url: str, round_: int) -> None:
    """The second call waits for the first: either the edit resets the approval, or the approval is refused."""
    post = waiting(api)
    changes = PostChanges.model_validate({"postId": post["id"], "content": f"Edited {round_}."})
    start, other = threading.Barrier(2), Database(lambda: database_url)

    def edit() -> None:
        start.wait()
        update(other, changes)

    editing = threading.Thread(target=edit)
    editing.start()
    start.wait()
    reply = approve(api, post, version=post["version"])
    editing.join()
    other.close()

    seen = api.get(str(post["id"])).post
    assert seen["content"] == f"Edited {round_}."
    assert reply.status in (200, 409)
    assert seen["approvalStatus"] == "pending"


def test_an_edit_waits_for_a_decision_in_progress(api: Api, db: Database, database_url: str) -> None:
    """The row stays locked until the decision is made, so that no edit in between is approved unseen."""
    post = waiting(api)
    changes = PostChanges.model_validate({"postId": post["id"], "content": "Edited."})
    other = Database(lambda: database_url)
    edited = threading.Thread(target=lambda: update(other, changes))
    with db.transaction():
        reply = approve(api, post)
        edited.start()
        edited.join(timeout=0.3)
        assert edited.is_alive()
    edited.join()
    other.close()

    assert reply.post["approvalStatus"] == "approved"
    assert api.get(str(post["id"])).post["approvalStatus"] == "pending"


# -- The approval requirement ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("roles", "status"), [("", 403), ("editor", 403), ("approver", 200), ("admin", 200)])
def test_only_an_approver_may_remove_the_approval_requirement(api: Api, roles: str, status: int) -> None:
    post = waiting(api)

    reply = api.call("update_post", {"postId": post["id"], "approvalRequired": False}, roles=roles)

    assert reply.status == status
    assert api.get(str(post["id"])).post["approvalRequired"] is (status == 403)


def test_an_edit_that_keeps_the_approval_requirement_needs_no_role(api: Api) -> None:
    plain, guarded = api.create(scheduledAt=LATER), waiting(api)

    assert api.call("update_post", {"postId": plain["id"], "approvalRequired": False}).status == 200
    assert api.call("update_post", {"postId": guarded["id"], "approvalRequired": True}).status == 200
    assert (
        api.call("update_post", {"postId": plain["id"], "approvalRequired": True}).post["approvalStatus"] == "pending"
    )


def test_an_unknown_post_id_is_not_found(api: Api) -> None:
    assert approve(api, {"id": "post-123-abc"}).status == 404
    assert approve(api, {"id": str(UUID(int=5))}).status == 404
