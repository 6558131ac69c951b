"""GET and PATCH settings: the settings of an owner, who may change them, and the posts to which they apply."""

from typing import Any

import pytest

from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support.api import Api, Reply
from tests.support.sqs import FakeSqs

LATER = "2026-03-02T14:00:00Z"
NEAR = "2026-03-02T09:01:00Z"
FAIL = Query(
    "fail",
    """WITH failed AS (
           UPDATE publications SET state = 'failed', failure_code = 'c', failure_reason = 'r' WHERE post_id = %(id)s
       )
       UPDATE social_posts SET status = 'failed', failure_reason = 'r' WHERE id = %(id)s""",
)
DEFAULTS = {"timezone": "UTC", "requireApproval": False, "spacingMinutes": 0, "updatedBy": None, "updatedAt": None}


def change(api: Api, *, roles: str = "approver", user: str = "ada", owner: str = "ada", **settings: object) -> Reply:
    return api.call("settings", settings, httpMethod="PATCH", user=user, owner=owner, roles=roles)


def approve(api: Api, post: dict[str, Any]) -> Reply:
    body = {"postId": post["id"], "approved": True}
    return api.call("approve_post", body, user="bob", owner="ada", roles="approver")


def warning_codes(reply: Reply) -> list[str]:
    return [each["code"] for each in reply.body.get("warnings", [])]


def test_settings_have_defaults_until_they_are_changed(api: Api) -> None:
    before = api.call("settings").body["settings"]
    changed = change(api, spacingMinutes=30, user="bob")

    assert before == DEFAULTS
    kept = DEFAULTS | {"spacingMinutes": 30, "updatedBy": "bob", "updatedAt": "2026-03-02T09:00:00.000Z"}
    assert (changed.status, changed.body) == (200, {"success": True, "settings": kept})
    assert api.call("settings").body["settings"] == kept


def test_missing_setting_keeps_its_value(api: Api) -> None:
    change(api, timezone="Europe/Berlin", requireApproval=True, spacingMinutes=5)
    settings = change(api, spacingMinutes=0).body["settings"]

    assert (settings["timezone"], settings["requireApproval"], settings["spacingMinutes"]) == ("Europe/Berlin", True, 0)
    assert change(api, requireApproval=False).body["settings"]["requireApproval"] is False


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({}, "nothing_to_change", None),
        ({"timezone": "Mars/Olympus"}, "invalid_input", "timezone"),
        ({"timezone": None}, "invalid_input", "timezone"),
        ({"requireApproval": "yes"}, "invalid_input", "requireApproval"),
        ({"requireApproval": None}, "invalid_input", "requireApproval"),
        ({"spacingMinutes": -1}, "invalid_input", "spacingMinutes"),
        ({"spacingMinutes": 1_441}, "invalid_input", "spacingMinutes"),
        ({"ownerId": "bob"}, "invalid_input", "ownerId"),
    ],
)
def test_invalid_setting_is_refused(api: Api, body: dict[str, Any], code: str, field: str | None) -> None:
    reply = change(api, **body)

    assert (reply.status, reply.body["code"]) == (400, code)
    assert [each["field"] for each in reply.body["details"]] == ([field] if field else [])
    assert api.call("settings").body["settings"] == DEFAULTS


@pytest.mark.parametrize("required", [True, False])
@pytest.mark.parametrize("roles", ["", "editor", "operator"])
def test_only_an_approver_changes_require_approval(api: Api, roles: str, required: bool) -> None:
    change(api, requireApproval=not required)

    refused = change(api, requireApproval=required, timezone="Europe/Berlin", roles=roles)
    allowed = change(api, timezone="Asia/Tokyo", roles=roles)

    assert (refused.status, refused.body["code"]) == (403, "role_required")
    assert allowed.body["settings"]["requireApproval"] is not required
    assert allowed.body["settings"]["timezone"] == "Asia/Tokyo"


def test_viewer_reads_settings_and_changes_none(api: Api) -> None:
    assert api.call("settings", roles="viewer").status == 200
    assert change(api, spacingMinutes=1, roles="viewer").status == 403


def test_settings_belong_to_one_owner(api: Api) -> None:
    change(api, requireApproval=True, timezone="Asia/Tokyo")

    assert api.call("settings", user="eve", roles="admin").body["settings"] == DEFAULTS
    post = api.call("create_post", {"content": "Hi", "platforms": ["x"], "scheduledAt": LATER}, user="eve").post
    assert (post["approvalRequired"], post["timezone"]) == (False, "UTC")


# -- The time zone --------------------------------------------------------------------------------------------------


def test_new_post_gets_the_time_zone_of_its_owner(api: Api) -> None:
    change(api, timezone="Asia/Tokyo")

    assert api.create()["timezone"] == "Asia/Tokyo"
    assert api.create(scheduledAt=LATER)["scheduledAtLocal"] == "2026-03-02T23:00:00.000+09:00"
    assert api.create(scheduledAt="2026-03-02T23:00")["scheduledAt"] == "2026-03-02T14:00:00.000Z"
    assert api.create(scheduledAt="2026-03-02T14:00", timezone="UTC")["scheduledAt"] == "2026-03-02T14:00:00.000Z"


def test_time_zone_of_the_owner_determines_the_clock_changes(api: Api) -> None:
    change(api, timezone="Europe/Berlin")
    body = {"content": "Hi", "platforms": ["bluesky"], "scheduledAt": "2026-03-29T02:30"}

    created, validated = (api.call(function, body) for function in ("create_post", "validate_post"))

    assert [reply.body["code"] for reply in (created, validated)] == ["time_does_not_exist"] * 2


def test_new_time_zone_of_the_owner_moves_no_saved_post(api: Api) -> None:
    post = api.create(scheduledAt=LATER)
    change(api, timezone="Asia/Tokyo")

    kept = api.call("update_post", {"postId": post["id"], "notes": "N"}, httpMethod="PATCH").post
    assert (kept["timezone"], kept["scheduledAt"]) == ("UTC", post["scheduledAt"])


# -- Required approvals ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [{}, {"approvalRequired": False}], ids=str)
def test_required_approval_holds_a_new_post_whatever_the_request_says(
    api: Api, sqs: FakeSqs, given: dict[str, Any]
) -> None:
    change(api, requireApproval=True)

    reply = api.call("create_post", {"content": "Hi", "platforms": ["x"], "scheduledAt": NEAR} | given)

    assert (reply.status, reply.post["status"], sqs.sent) == (201, "scheduled", 0)
    assert (reply.post["approvalRequired"], reply.post["approvalStatus"]) == (True, "pending")
    assert warning_codes(reply) == ["approval_required"]
    refused = api.call("schedule_post", {"postId": reply.post["id"]})
    assert (refused.status, refused.body["code"]) == (409, "not_approved")
    assert approve(api, reply.post).post["status"] == "queued"


def test_request_that_asks_for_the_required_approval_gets_no_warning(api: Api) -> None:
    change(api, requireApproval=True)
    reply = api.call("create_post", {"content": "Hi", "platforms": ["x"], "approvalRequired": True})

    assert (reply.status, warning_codes(reply)) == (201, [])


def test_post_to_publish_now_waits_for_the_required_approval(api: Api, sqs: FakeSqs) -> None:
    change(api, requireApproval=True)

    reply = api.call("create_post", {"content": "Hi", "platforms": ["bluesky"], "publish": "now"})

    assert (reply.status, reply.post["status"], reply.post["publishOnApproval"]) == (201, "scheduled", True)
    assert (warning_codes(reply), sqs.sent) == (["approval_required"], 0)
    assert approve(api, reply.post).post["status"] == "queued"


def test_post_without_required_approval_is_published_now(api: Api) -> None:
    reply = api.call("create_post", {"content": "Hi", "platforms": ["bluesky"], "publish": "now"})

    assert (reply.post["status"], reply.post["publishOnApproval"], warning_codes(reply)) == ("queued", False, [])


@pytest.mark.parametrize("roles", ["", "approver"])
def test_update_does_not_remove_a_required_approval(api: Api, roles: str) -> None:
    change(api, requireApproval=True)
    post = api.create(scheduledAt=LATER)

    body = {"postId": post["id"], "approvalRequired": False}
    reply = api.call("update_post", body, httpMethod="PATCH", roles=roles)

    if roles:
        assert (reply.status, warning_codes(reply)) == (200, ["approval_required"])
        assert (reply.post["approvalRequired"], reply.post["approvalStatus"]) == (True, "pending")
    else:
        assert (reply.status, reply.body["code"]) == (403, "role_required")


@pytest.mark.parametrize(
    "changes",
    [{"content": "New"}, {"scheduledAt": "2026-03-02T09:01:30Z"}, {"platforms": ["x"]}, {"variants": {}}],
    ids=str,
)
def test_post_from_before_the_setting_requires_an_approval_after_an_update_of_what_is_published(
    api: Api, sqs: FakeSqs, changes: dict[str, Any]
) -> None:
    post = api.create(scheduledAt=LATER, variants={"bluesky": {"content": "Hi"}})
    change(api, requireApproval=True)

    reply = api.call("update_post", {"postId": post["id"]} | changes, httpMethod="PATCH")

    assert (reply.post["approvalRequired"], reply.post["approvalStatus"]) == (True, "pending")
    assert "approval_required" in warning_codes(reply)
    assert (reply.post["status"], sqs.sent) == ("scheduled", 0)


def test_setting_neither_holds_nor_changes_posts_that_were_scheduled_before(api: Api) -> None:
    far, near, draft = api.create(scheduledAt=LATER), api.create(scheduledAt=NEAR), api.create()

    reply = change(api, requireApproval=True)

    [warning] = reply.body["warnings"]
    assert warning["code"] == "published_without_approval"
    assert warning["message"].startswith(
        "2 scheduled or queued posts from before this change will be published without an appr"
    )
    for post in (far, near, draft):
        shown = api.get(post["id"]).post
        assert (shown["status"], shown["approvalRequired"], shown["version"]) == (
            post["status"],
            False,
            post["version"],
        )
    assert api.call("schedule_post", {"postId": far["id"]}).status == 200


@pytest.mark.parametrize("scheduled_at", [LATER, NEAR])
def test_update_of_notes_does_not_hold_a_post_from_before_the_setting(api: Api, scheduled_at: str) -> None:
    post = api.create(scheduledAt=scheduled_at)
    change(api, requireApproval=True)

    reply = api.call("update_post", {"postId": post["id"], "notes": "Ask Mia."}, httpMethod="PATCH")

    assert (reply.post["status"], reply.post["approvalRequired"]) == (post["status"], False)
    assert warning_codes(reply) == []


def test_update_takes_a_queued_post_from_before_the_setting_back_until_it_is_approved(api: Api, db: Database) -> None:
    post = api.create(scheduledAt=NEAR)
    change(api, requireApproval=True)

    reply = api.call("update_post", {"postId": post["id"], "content": "New"}, httpMethod="PATCH")

    assert (post["status"], reply.post["status"], reply.post["approvalStatus"]) == ("queued", "scheduled", "pending")
    approved = approve(api, reply.post).post
    assert (approved["status"], approved["content"]) == ("queued", "New")


def test_draft_from_before_the_setting_requires_an_approval_when_it_gets_a_time(api: Api) -> None:
    post = api.create()
    change(api, requireApproval=True)

    reply = api.call("update_post", {"postId": post["id"], "scheduledAt": NEAR}, httpMethod="PATCH")

    assert (reply.post["status"], reply.post["approvalStatus"]) == ("scheduled", "pending")


def test_failed_post_from_before_the_setting_is_retried_without_an_approval(api: Api, db: Database) -> None:
    post = api.create(scheduledAt=NEAR)
    db.fetch(FAIL, id=post["id"])
    change(api, requireApproval=True)

    assert api.call("retry_post", {"postId": post["id"]}).status == 200
    assert api.get(post["id"]).post["status"] == "queued"


def test_setting_switched_off_releases_no_post(api: Api, sqs: FakeSqs) -> None:
    change(api, requireApproval=True)
    near, approved = api.create(scheduledAt=NEAR), api.create(scheduledAt=LATER)
    approve(api, approved)

    reply = change(api, requireApproval=False)

    [warning] = reply.body["warnings"]
    assert warning["code"] == "approval_pending"
    assert warning["message"].startswith(
        "1 scheduled or queued post from before this change will be published only after"
    )
    assert (api.get(near["id"]).post["approvalStatus"], sqs.sent) == ("pending", 0)
    assert api.call("schedule_post", {"postId": near["id"]}).body["code"] == "not_approved"
    lifted = {"postId": near["id"], "approvalRequired": False}
    assert api.call("update_post", lifted, httpMethod="PATCH", roles="approver").post["status"] == "queued"
