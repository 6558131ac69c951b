"""GET queue/jobs: jobs and their states, as owners and operators see them."""

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


def get_jobs(api: Api, *, user: str = "ada", roles: str = "", **query: str) -> Reply:
    return api.call("queue_jobs", query=query, user=user, roles=roles)


@pytest.fixture
def made(db: Database) -> dict[str, UUID]:
    """Return a job of Ada in each state, by the id of its post."""
    return {state: make_job(db, state) for state in STATES}


@pytest.mark.parametrize("state", STATES)
def test_job_is_listed_only_under_its_state(api: Api, made: dict[str, UUID], state: str) -> None:
    reply = get_jobs(api, state=state)

    assert reply.status == 200, reply.text
    assert [(job["postId"], job["state"]) for job in reply.body["jobs"]] == [(str(made[state]), state)]
    assert reply.body["pagination"] == {"take": 50, "count": 1, "nextCursor": None}


@pytest.mark.parametrize("state", STATES)
def test_job_found_by_id_equals_the_listed_job(api: Api, made: dict[str, UUID], state: str) -> None:
    [listed] = get_jobs(api, state=state).body["jobs"]

    assert get_jobs(api, jobId=listed["id"]).body["job"] == listed


def test_job_shows_its_attempts_and_why_it_failed(api: Api, made: dict[str, UUID]) -> None:
    [job] = get_jobs(api, state="failed").body["jobs"]

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


def test_job_shows_the_time_until_it_is_due(api: Api, db: Database, clock: FakeClock) -> None:
    make_job(db, "delayed", at=START + timedelta(seconds=90))
    [job] = get_jobs(api, state="delayed").body["jobs"]
    assert job["dueInSeconds"] == 90

    clock.advance(seconds=100)
    assert get_jobs(api, jobId=job["id"]).body["job"]["dueInSeconds"] == 0


def test_post_that_is_not_scheduled_explicitly_has_no_job_id(api: Api, db: Database) -> None:
    post_id = make_post(db, now=START)

    [job] = get_jobs(api, state="delayed").body["jobs"]

    assert (job["postId"], job["id"], job["attemptsMade"], job["publications"]) == (str(post_id), None, 0, [])


def test_post_that_waits_for_approval_has_no_job(api: Api, db: Database) -> None:
    make_post(db, now=START, approval_status="pending")
    approved = make_post(db, now=START, approval_status="approved")

    assert [job["postId"] for job in get_jobs(api, state="delayed").body["jobs"]] == [str(approved)]


def test_job_with_a_held_part_and_a_waiting_part_is_held(api: Api, db: Database) -> None:
    post_id = make_job(db, "held")
    db.fetch(
        Query(
            "part",
            """INSERT INTO publications (post_id, job_id, owner_id, platform, part, state, due_at, next_attempt_at,
                                         queued_at)
               SELECT post_id, job_id, owner_id, platform, 2, 'waiting', due_at, due_at, due_at FROM publications""",
        )
    )

    [job] = get_jobs(api, state="held").body["jobs"]

    assert (job["postId"], job["state"]) == (str(post_id), "held")
    assert get_jobs(api, state="waiting").body["jobs"] == []


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("roles", ["", "operator"])
def test_pages_list_every_job_once(api: Api, db: Database, state: str, roles: str) -> None:
    posts = {str(make_job(db, state, at=START - timedelta(minutes=number // 2))) for number in range(7)}
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = get_jobs(api, state=state, take="3", roles=roles, **cursor).body
        seen += [job["postId"] for job in page["jobs"]]
        if page["pagination"]["nextCursor"] is None:
            break
        cursor = {"cursor": page["pagination"]["nextCursor"]}

    assert len(seen) == 7
    assert set(seen) == posts


@pytest.mark.parametrize(
    ("state", "ascending"), [("delayed", True), ("waiting", True), ("completed", False), ("failed", False)]
)
def test_open_jobs_are_sorted_by_time_and_ended_jobs_by_time_descending(
    api: Api, db: Database, state: str, ascending: bool
) -> None:
    posts = [str(make_job(db, state, at=START - timedelta(minutes=number))) for number in (3, 1, 2)]
    by_time = [posts[0], posts[2], posts[1]]

    shown = [job["postId"] for job in get_jobs(api, state=state).body["jobs"]]

    assert shown == (by_time if ascending else by_time[::-1])


def test_job_with_two_unknown_publications_is_listed_once(api: Api, db: Database) -> None:
    post_id = make_job(db, "unknown", platforms=["bluesky", "mastodon"])

    [job] = get_jobs(api, state="unknown").body["jobs"]

    assert (job["postId"], len(job["publications"])) == (str(post_id), 2)


# -- Owners and operators --------------------------------------------------------------------------------------------


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
def test_owner_sees_own_jobs_and_operator_sees_all_jobs(
    api: Api, db: Database, roles: str, scope: str | None, owners: list[str]
) -> None:
    for owner in ("ada", "bob"):
        make_job(db, "failed", owner=owner)
    query: dict[str, Any] = {"state": "failed"} | ({} if scope is None else {"scope": scope})

    assert sorted(job["ownerId"] for job in get_jobs(api, roles=roles, **query).body["jobs"]) == owners


@pytest.mark.parametrize("roles", ["", "viewer", "editor", "approver"])
def test_jobs_of_all_owners_need_the_operator_role(api: Api, roles: str) -> None:
    reply = get_jobs(api, roles=roles, state="failed", scope="all")

    assert (reply.status, reply.body["code"]) == (403, "role_required")


def test_job_of_another_owner_is_found_only_by_operators(api: Api, db: Database) -> None:
    make_job(db, "failed", owner="bob")
    [job] = get_jobs(api, state="failed", roles="operator").body["jobs"]

    assert get_jobs(api, jobId=job["id"]).status == 404
    assert get_jobs(api, jobId=job["id"], roles="operator").body["job"] == job
    assert get_jobs(api, jobId=str(uuid4()), roles="admin").body["code"] == "job_not_found"
    assert get_jobs(api, jobId="job-987-xyz").status == 404
    assert api.call("queue_jobs", query={"state": "failed"}, user=None).status == 401


def test_cursor_is_valid_only_for_its_list(api: Api, db: Database) -> None:
    for _ in range(2):
        make_job(db, "failed")
    cursor = get_jobs(api, state="failed", take="1").body["pagination"]["nextCursor"]

    for query, roles in (({"state": "completed"}, ""), ({"state": "failed"}, "operator")):
        reply = get_jobs(api, roles=roles, cursor=cursor, **query)
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
def test_invalid_parameter_is_named_in_the_error(api: Api, query: dict[str, str], field: str) -> None:
    reply = get_jobs(api, **query)

    assert (reply.status, reply.body["details"][0]["field"]) == (400, field)
