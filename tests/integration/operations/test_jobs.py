"""GET queue/jobs: what state jobs are in, as owners and operators see them."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support.api import Api, Reply
from tests.support.clock import START, FakeClock
from tests.support.factories import make_post
from tests.support.jobs import STATES, make_job


def see(api: Api, *, user: str = "ada", roles: str = "", **query: str) -> Reply:
    return api.call("queue_jobs", query=query, user=user, roles=roles)


@pytest.fixture
def made(db: Database) -> dict[str, UUID]:
    """A job of Ada's in each state; the ids are those of the posts."""
    return {state: make_job(db, state) for state in STATES}


@pytest.mark.parametrize("state", STATES)
def test_each_job_is_listed_under_its_state_and_no_other(api: Api, made: dict[str, UUID], state: str) -> None:
    reply = see(api, state=state)

    assert reply.status == 200, reply.text
    assert [(job["postId"], job["state"]) for job in reply.body["jobs"]] == [(str(made[state]), state)]
    assert reply.body["pagination"] == {"take": 50, "count": 1, "nextCursor": None}


@pytest.mark.parametrize("state", STATES)
def test_a_job_found_by_its_id_is_the_one_that_is_listed(api: Api, made: dict[str, UUID], state: str) -> None:
    [listed] = see(api, state=state).body["jobs"]

    assert see(api, jobId=listed["id"]).body["job"] == listed


def test_a_job_says_what_was_tried_and_why_it_failed(api: Api, made: dict[str, UUID]) -> None:
    [job] = see(api, state="failed").body["jobs"]

    assert {name: job[name] for name in ("ownerId", "scheduledAt", "platforms", "attemptsMade", "attempts")} == {
        "ownerId": "ada",
        "scheduledAt": "2026-03-02T09:00:00.000Z",
        "platforms": ["bluesky"],
        "attemptsMade": 3,
        "attempts": 3,
    }
    assert (job["failedReason"], job["finishedAt"]) == ("It broke.", "2026-03-02T09:00:00.000Z")
    assert [(each["platform"], each["state"]) for each in job["publications"]] == [("bluesky", "failed")]
    assert "content" not in job


def test_a_job_says_how_long_its_time_is_away(api: Api, db: Database, clock: FakeClock) -> None:
    make_job(db, "delayed", at=START + timedelta(seconds=90))
    [job] = see(api, state="delayed").body["jobs"]
    assert job["dueInSeconds"] == 90

    clock.advance(seconds=100)
    assert see(api, jobId=job["id"]).body["job"]["dueInSeconds"] == 0


def test_a_post_that_nobody_scheduled_has_no_id_yet(api: Api, db: Database) -> None:
    post_id = make_post(db, now=START)

    [job] = see(api, state="delayed").body["jobs"]

    assert (job["postId"], job["id"], job["attemptsMade"], job["publications"]) == (str(post_id), None, 0, [])


def test_what_waits_for_an_approval_is_no_job(api: Api, db: Database) -> None:
    make_post(db, now=START, approval_status="pending")
    approved = make_post(db, now=START, approval_status="approved")

    assert [job["postId"] for job in see(api, state="delayed").body["jobs"]] == [str(approved)]


def test_a_part_that_waits_for_a_held_one_is_held_with_it(api: Api, db: Database) -> None:
    post_id = make_job(db, "held")
    db.fetch(
        Query(
            "part",
            """INSERT INTO publications (post_id, job_id, owner_id, platform, part, state, due_at, next_attempt_at,
                                         queued_at)
               SELECT post_id, job_id, owner_id, platform, 2, 'waiting', due_at, due_at, due_at FROM publications""",
        )
    )

    [job] = see(api, state="held").body["jobs"]

    assert (job["postId"], job["state"]) == (str(post_id), "held")
    assert see(api, state="waiting").body["jobs"] == []


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("roles", ["", "operator"])
def test_pages_follow_one_another_without_gap_or_repetition(api: Api, db: Database, state: str, roles: str) -> None:
    posts = {str(make_job(db, state, at=START - timedelta(minutes=number // 2))) for number in range(7)}
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        answer = see(api, state=state, take="3", roles=roles, **cursor).body
        seen += [job["postId"] for job in answer["jobs"]]
        if answer["pagination"]["nextCursor"] is None:
            break
        cursor = {"cursor": answer["pagination"]["nextCursor"]}

    assert len(seen) == 7
    assert set(seen) == posts


@pytest.mark.parametrize(
    ("state", "ascends"), [("delayed", True), ("waiting", True), ("completed", False), ("failed", False)]
)
def test_what_is_to_come_is_in_order_and_what_is_over_the_other_way(
    api: Api, db: Database, state: str, ascends: bool
) -> None:
    posts = [str(make_job(db, state, at=START - timedelta(minutes=number))) for number in (3, 1, 2)]
    by_time = [posts[0], posts[2], posts[1]]

    shown = [job["postId"] for job in see(api, state=state).body["jobs"]]

    assert shown == (by_time if ascends else by_time[::-1])


def test_a_job_with_two_doubts_is_listed_once(api: Api, db: Database) -> None:
    post_id = make_job(db, "unknown", platforms=["bluesky", "mastodon"])

    [job] = see(api, state="unknown").body["jobs"]

    assert (job["postId"], len(job["publications"])) == (str(post_id), 2)


# -- Whose ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("roles", "scope", "owners"),
    [
        ("", None, ["ada"]),
        ("viewer", None, ["ada"]),
        ("", "own", ["ada"]),
        ("operator", None, ["ada", "bob"]),
        ("admin", "all", ["ada", "bob"]),
        ("operator", "own", ["ada"]),
    ],
)
def test_owners_see_their_own_and_operators_everybody_s(
    api: Api, db: Database, roles: str, scope: str | None, owners: list[str]
) -> None:
    for owner in ("ada", "bob"):
        make_job(db, "failed", owner=owner)
    query: dict[str, Any] = {"state": "failed"} | ({} if scope is None else {"scope": scope})

    assert sorted(job["ownerId"] for job in see(api, roles=roles, **query).body["jobs"]) == owners


@pytest.mark.parametrize("roles", ["", "viewer", "editor", "approver"])
def test_without_the_role_nobody_sees_everybody_s(api: Api, roles: str) -> None:
    reply = see(api, roles=roles, state="failed", scope="all")

    assert (reply.status, reply.body["code"]) == (403, "role_required")


def test_a_job_of_another_is_not_there_but_for_an_operator(api: Api, db: Database) -> None:
    make_job(db, "failed", owner="bob")
    [job] = see(api, state="failed", roles="operator").body["jobs"]

    assert see(api, jobId=job["id"]).status == 404
    assert see(api, jobId=job["id"], roles="operator").body["job"] == job
    assert see(api, jobId=str(uuid4()), roles="admin").body["code"] == "job_not_found"
    assert see(api, jobId="job-987-xyz").status == 404
    assert api.call("queue_jobs", query={"state": "failed"}, user=None).status == 401


def test_a_cursor_is_good_for_its_own_list_only(api: Api, db: Database) -> None:
    for _ in range(2):
        make_job(db, "failed")
    cursor = see(api, state="failed", take="1").body["pagination"]["nextCursor"]

    for query, roles in (({"state": "completed"}, ""), ({"state": "failed"}, "operator")):
        reply = see(api, roles=roles, cursor=cursor, **query)
        assert (reply.status, reply.body["details"][0]["field"]) == (400, "cursor")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "state"),
        ({"state": "paused"}, "state"),
        ({"state": "failed", "scope": "ours"}, "scope"),
        ({"state": "failed", "take": "0"}, "take"),
        ({"state": "failed", "take": "101"}, "take"),
        ({"state": "failed", "take": "many"}, "take"),
        ({"state": "failed", "take": "³"}, "take"),
        ({"state": "failed", "cursor": "x"}, "cursor"),
        ({"state": "failed", "skip": "5"}, "skip"),
        ({"jobId": str(UUID(int=1)), "state": "failed"}, "jobId"),
    ],
)
def test_what_is_not_right_is_named(api: Api, query: dict[str, str], field: str) -> None:
    reply = see(api, **query)

    assert (reply.status, reply.body["details"][0]["field"]) == (400, field)
