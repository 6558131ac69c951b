"""GET and POST queue: its statistics, pauses, and clearing old failures."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from minutehand.operations import clear_failed, statistics
from minutehand.queue import jobs, pauses
from minutehand.queue.policy import Policy
from minutehand.runtime.actor import Actor
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support.api import Api, Reply
from tests.support.clock import START, FakeClock
from tests.support.factories import make_post
from tests.support.jobs import STATES, make_job
from tests.support.operations import Aws
from tests.support.world import HORIZON, World

ALL_IN_ONE = dict.fromkeys(STATES, 1)
POST = Query("post", "SELECT status, failure_reason, job_id FROM social_posts WHERE id = %(id)s")
CLEARED = Query("cleared", "SELECT post_id, actor, data FROM events WHERE type = 'post.job_cleared'")
STATES_OF = Query("states", "SELECT platform, state, count(*) AS n FROM publications GROUP BY 1, 2 ORDER BY 1, 2")


def get_queue(api: Api, *, user: str = "ada", roles: str = "", **query: str) -> Reply:
    return api.call("queue", query=query, user=user, roles=roles)


def act(api: Api, action: str, *, user: str = "olga", roles: str = "operator", **body: Any) -> Reply:
    return api.call("queue", {"action": action} | body, user=user, roles=roles, httpMethod="POST")


def status(db: Database, post_id: UUID) -> str:
    row = db.one(POST, id=post_id)
    assert row is not None
    return str(row["status"])


# -- Statistics -----------------------------------------------------------------------------------------------------


def test_empty_queue_has_zero_counts(api: Api) -> None:
    assert get_queue(api).body == {
        "success": True,
        "scope": "own",
        "counts": dict.fromkeys(STATES, 0),
        "capped": [],
        "oldestDueAgeSeconds": None,
        "pauses": [],
    }


def test_jobs_are_counted_by_state(api: Api, db: Database) -> None:
    for state in STATES:
        make_job(db, state)
    for state in STATES[:3]:
        make_job(db, state, owner="bob")

    assert get_queue(api).body["counts"] == ALL_IN_ONE
    everybody = get_queue(api, roles="operator").body
    assert everybody["scope"] == "all"
    assert everybody["counts"] == ALL_IN_ONE | dict.fromkeys(STATES[:3], 2)
    assert get_queue(api, roles="admin", scope="own").body["counts"] == ALL_IN_ONE
    assert get_queue(api, user="nobody").body["counts"] == dict.fromkeys(STATES, 0)


@pytest.mark.parametrize("state", STATES)
def test_counts_are_capped(api: Api, db: Database, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statistics, "MAX_COUNT", 3)
    for _ in range(3):
        make_job(db, state)

    assert (get_queue(api).body["counts"][state], get_queue(api).body["capped"]) == (3, [])
    make_job(db, state)
    assert (get_queue(api).body["counts"][state], get_queue(api).body["capped"]) == (3, [state])


def test_oldest_due_age_is_that_of_the_oldest_overdue_post(api: Api, db: Database, clock: FakeClock) -> None:
    make_job(db, "waiting", at=START + timedelta(seconds=30))
    make_post(db, now=START, due=START + timedelta(seconds=60))
    make_job(db, "held", at=START - timedelta(hours=1))
    make_job(db, "waiting", owner="bob", at=START - timedelta(seconds=90))

    assert get_queue(api).body["oldestDueAgeSeconds"] is None
    assert get_queue(api, roles="operator").body["oldestDueAgeSeconds"] == 90
    clock.advance(seconds=40)
    assert get_queue(api).body["oldestDueAgeSeconds"] == 10
    db.fetch(Query("end", "DELETE FROM publications WHERE owner_id = 'ada'"))
    clock.advance(seconds=25)
    assert get_queue(api).body["oldestDueAgeSeconds"] == 5  # the age of the post that no tick has claimed


@pytest.mark.parametrize("roles", ["", "viewer", "editor,approver"])
def test_statistics_of_all_owners_need_the_operator_role(api: Api, roles: str) -> None:
    assert get_queue(api, roles=roles).status == 200
    assert get_queue(api, roles=roles, scope="all").status == 403
    assert get_queue(api, scope="mine").status == 400
    assert api.call("queue", user=None).status == 401


# -- Permissions ----------------------------------------------------------------------------------------------------

ACTIONS: list[dict[str, Any]] = [
    {"action": "pause", "scope": "all", "reason": "Maintenance."},
    {"action": "resume", "scope": "all"},
    {"action": "clear_failed"},
    {"action": "redrive"},
]


@pytest.mark.parametrize("body", ACTIONS, ids=lambda body: str(body["action"]))
@pytest.mark.parametrize("roles", ["", "viewer", "editor", "approver"])
def test_queue_actions_need_the_operator_role(api: Api, db: Database, body: dict[str, Any], roles: str) -> None:
    make_job(db, "failed", at=START - timedelta(days=100))

    reply = act(api, **body, user="ada", roles=roles)

    assert (reply.status, reply.body["code"]) == (403, "role_required")
    assert get_queue(api).body["pauses"] == []
    assert db.fetch(CLEARED) == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "action"),
        ({"action": "stop"}, "action"),
        ({"action": "pause", "reason": "r"}, "scope"),
        ({"action": "resume"}, "scope"),
        ({"action": "pause", "scope": "post", "reason": "r"}, "scope"),
        ({"action": "pause", "scope": "all"}, "reason"),
        ({"action": "pause", "scope": "all", "reason": "  "}, "reason"),
        ({"action": "pause", "scope": "all", "reason": "x" * 501}, "reason"),
        ({"action": "pause", "scope": "platform", "reason": "r"}, "platform"),
        ({"action": "pause", "scope": "platform", "platform": "myspace", "reason": "r"}, "platform"),
        ({"action": "pause", "scope": "owner", "reason": "r"}, "ownerId"),
        ({"action": "pause", "scope": "campaign", "campaign": " ", "reason": "r"}, "campaign"),
        ({"action": "pause", "scope": "all", "platform": "x", "reason": "r"}, "platform"),
        ({"action": "pause", "scope": "platform", "platform": "x", "ownerId": "bob", "reason": "r"}, "ownerId"),
        ({"action": "clear_failed", "olderThanDays": -1}, "olderThanDays"),
        ({"action": "clear_failed", "olderThanDays": "7"}, "olderThanDays"),
        ({"action": "redrive", "scope": "platform", "platform": "x"}, "scope"),
    ],
)
def test_invalid_field_is_named_in_the_error(api: Api, body: dict[str, Any], field: str) -> None:
    reply = api.call("queue", body, user="olga", roles="operator", httpMethod="POST")

    assert (reply.status, reply.body["details"][0]["field"]) == (400, field)


# -- Pauses ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scope", "shown"),
    [
        ({"scope": "all"}, {"scope": "all"}),
        ({"scope": "platform", "platform": "Twitter"}, {"scope": "platform", "platform": "x"}),
        ({"scope": "owner", "ownerId": "ada"}, {"scope": "owner", "ownerId": "ada"}),
        ({"scope": "campaign", "campaign": "spring"}, {"scope": "campaign", "campaign": "spring"}),
        (
            {"scope": "campaign", "campaign": "spring", "ownerId": "ada"},
            {"scope": "campaign", "campaign": "spring", "ownerId": "ada"},
        ),
    ],
)
@pytest.mark.parametrize("roles", ["operator", "admin"])
def test_pause_is_created_shown_and_ended(
    api: Api, clock: FakeClock, scope: dict[str, str], shown: dict[str, str], roles: str
) -> None:
    api.create(campaign="spring")
    made = act(api, "pause", reason=" The launch moved. ", roles=roles, **scope)

    pause: dict[str, Any] = shown | {"reason": "The launch moved.", "actor": "olga", "held": 0, "heldPosts": 0}
    pause |= {"pausedAt": "2026-03-02T09:00:00.000Z"}
    assert (made.status, made.body["pause"], made.body["held"]) == (200, pause, 0)
    assert get_queue(api).body["pauses"] == [pause]
    assert act(api, "resume", roles=roles, **scope).body == {"success": True, "resumed": 0}
    assert get_queue(api).body["pauses"] == []
    again = act(api, "resume", roles=roles, **scope)
    assert (again.status, again.body["code"]) == (409, "not_paused")


def test_owner_does_not_see_pauses_of_other_owners(api: Api) -> None:
    act(api, "pause", scope="owner", ownerId="bob", reason="r")
    act(api, "pause", scope="campaign", campaign="spring", ownerId="bob", reason="r")
    act(api, "pause", scope="platform", platform="x", reason="r")

    assert [pause["scope"] for pause in get_queue(api).body["pauses"]] == ["platform"]
    assert len(get_queue(api, user="bob").body["pauses"]) == len(get_queue(api, roles="operator").body["pauses"]) == 3


def test_pause_of_every_owners_campaign_is_shown_to_owners_with_such_a_post(api: Api) -> None:
    api.create(campaign="Project Falcon")
    act(api, "pause", scope="campaign", campaign="Project Falcon", reason="The takeover leaked.")

    assert [pause["campaign"] for pause in get_queue(api).body["pauses"]] == ["Project Falcon"]
    assert [pause["campaign"] for pause in get_queue(api, roles="operator").body["pauses"]] == ["Project Falcon"]
    assert get_queue(api, user="bob").body["pauses"] == []
    assert "Falcon" not in get_queue(api, user="bob").text


def test_pause_of_a_platform_holds_only_its_publications(api: Api, db: Database, world: World, aws: Aws) -> None:
    for number in range(5):
        world.post(platforms=["bluesky", "mastodon"], ahead=60 + number)
    world.tick()

    paused = act(api, "pause", scope="platform", platform="mastodon", reason="It limits us.")
    assert paused.body["held"] == 5
    world.run(minutes=3)

    assert db.fetch(STATES_OF) == [
        {"platform": "bluesky", "state": "published", "n": 5},
        {"platform": "mastodon", "state": "held", "n": 5},
    ]
    assert get_queue(api).body["counts"] == dict.fromkeys(STATES, 0) | {"held": 5}

    resumed = act(api, "resume", scope="platform", platform="mastodon")

    assert resumed.body["resumed"] == 5
    assert get_queue(api).body["counts"] == dict.fromkeys(STATES, 0) | {"waiting": 5}
    assert aws.sent() == 5  # immediately, not by the next tick


SCOPES: list[tuple[dict[str, str], int, int]] = [
    ({"scope": "all"}, 5, 4),
    ({"scope": "platform", "platform": "bluesky"}, 4, 4),
    ({"scope": "owner", "ownerId": "ada"}, 3, 2),
    ({"scope": "campaign", "campaign": "spring"}, 4, 3),
    ({"scope": "campaign", "campaign": "spring", "ownerId": "ada"}, 3, 2),
    ({"scope": "campaign", "campaign": "sprig"}, 0, 0),
]
"""Each scope, and the numbers of publications and posts that `make_posts` puts there."""


def make_posts(world: World, *, ahead: int) -> None:
    """Create posts of ada and bob in the campaign spring, and one of bob without a campaign."""
    world.post(platforms=["bluesky", "mastodon"], campaign="spring", ahead=ahead)
    world.post(platforms=["bluesky"], campaign="spring", ahead=ahead)
    world.post(owner_id="bob", platforms=["bluesky"], campaign="spring", ahead=ahead)
    world.post(owner_id="bob", platforms=["bluesky"], ahead=ahead)


@pytest.mark.parametrize(("scope", "held", "posts"), SCOPES, ids=str)
def test_pause_says_how_much_it_holds(api: Api, world: World, scope: dict[str, str], held: int, posts: int) -> None:
    make_posts(world, ahead=60)
    world.tick()

    paused = act(api, "pause", reason="r", **scope).body
    again = act(api, "pause", reason="r", **scope).body

    assert (paused["held"], paused["planned"]) == (held, 0)
    assert (paused["pause"]["held"], paused["pause"]["heldPosts"]) == (held, posts)
    assert (again["held"], again["pause"]["held"]) == (0, held)
    [shown] = get_queue(api, roles="operator").body["pauses"]
    assert (shown["held"], shown["heldPosts"]) == (held, posts)


def test_pauses_count_only_the_held_publications_of_the_caller(api: Api, world: World) -> None:
    make_posts(world, ahead=60)
    world.tick()
    for scope, _, _ in SCOPES:
        act(api, "pause", reason="r", **scope)

    def counts(user: str) -> list[tuple[str, int]]:
        return sorted((pause["scope"], pause["held"]) for pause in get_queue(api, user=user).body["pauses"])

    assert counts("ada") == [("all", 3), ("campaign", 3), ("campaign", 3), ("owner", 3), ("platform", 2)]
    assert counts("bob") == [("all", 2), ("campaign", 1), ("platform", 2)]
    assert counts("nobody") == [("all", 0), ("platform", 0)]


@pytest.mark.parametrize(("scope", "posts"), [(scope, posts) for scope, _, posts in SCOPES], ids=str)
def test_pause_counts_the_posts_that_it_holds_later(api: Api, world: World, scope: dict[str, str], posts: int) -> None:
    make_posts(world, ahead=86_400)
    rejected = api.create(campaign="spring", scheduledAt="2026-03-03T09:00:00Z", approvalRequired=True)
    api.call("approve_post", {"postId": rejected["id"], "approved": False, "comment": "No."}, roles="approver")

    paused = act(api, "pause", reason="r", **scope).body

    assert (paused["held"], paused["planned"]) == (0, posts)


def test_counts_of_a_pause_are_limited(api: Api, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pauses, "MAX_COUNT", 2)
    make_posts(world, ahead=60)
    world.tick()
    make_posts(world, ahead=86_400)

    for scope, _, posts in SCOPES:
        paused = act(api, "pause", reason="r", **scope).body
        assert paused["planned"] == min(posts, 2)
        assert paused["pause"]["held"] == min(posts, 2)


# -- Clearing failures ----------------------------------------------------------------------------------------------


def test_clear_failed_removes_old_jobs_and_keeps_their_posts(api: Api, db: Database) -> None:
    old, young = (make_job(db, "failed", at=START - timedelta(days=days)) for days in (31, 29))
    unknown = make_job(db, "unknown", at=START - timedelta(days=31))
    before = db.one(POST, id=old)

    reply = act(api, "clear_failed")

    assert reply.body == {"success": True, "cleared": 1, "keptUnknown": 1, "complete": True}
    after = db.one(POST, id=old)
    assert before is not None
    assert after == {"status": "failed", "failure_reason": "It broke.", "job_id": None}
    assert get_queue(api).body["counts"] == dict.fromkeys(STATES, 0) | {"failed": 1, "unknown": 1}
    assert api.call("queue_jobs", query={"jobId": str(before["job_id"])}).status == 404
    assert [status(db, each) for each in (young, unknown)] == ["failed", "failed"]
    [event] = db.fetch(CLEARED)
    assert (event["post_id"], event["actor"], event["data"]) == (old, "olga", {"jobId": str(before["job_id"])})


def test_cleared_post_can_be_retried(api: Api, db: Database, world: World) -> None:
    post_id = make_job(db, "failed", at=START - timedelta(days=31))
    act(api, "clear_failed")

    assert api.get(str(post_id)).post["failureReason"] == "It broke."
    jobs.retry(
        db,
        post_id=post_id,
        owner_id="ada",
        actor=Actor("ada"),
        confirmed=[],
        now=START,
        horizon=HORIZON,
        policy=Policy("sandbox"),
    )
    world.run(minutes=2)

    assert status(db, post_id) == "published"


@pytest.mark.parametrize(
    ("chosen", "cleared"),
    [
        ({"olderThanDays": 0}, {"a", "b", "c"}),
        ({"olderThanDays": 0, "scope": "all"}, {"a", "b", "c"}),
        ({"olderThanDays": 0, "scope": "owner", "ownerId": "bob"}, {"b"}),
        ({"olderThanDays": 0, "scope": "platform", "platform": "x"}, {"b", "c"}),
        ({"olderThanDays": 0, "scope": "campaign", "campaign": "spring"}, {"b", "c"}),
        ({"olderThanDays": 0, "scope": "campaign", "campaign": "spring", "ownerId": "ada"}, {"c"}),
        ({"olderThanDays": 3}, set()),
    ],
)
def test_clear_failed_is_limited_to_its_scope_and_age(
    api: Api, db: Database, clock: FakeClock, chosen: dict[str, Any], cleared: set[str]
) -> None:
    posts = {
        "a": make_job(db, "failed"),
        "b": make_job(db, "failed", owner="bob", platforms=["x", "bluesky"], campaign="spring"),
        "c": make_job(db, "failed", platforms=["x"], campaign="spring"),
    }
    for _ in range(2):
        make_job(db, "unknown", owner="bob", platforms=["x", "bluesky"], campaign="spring")
    clock.advance(days=1)

    reply = act(api, "clear_failed", **chosen)

    assert reply.body["cleared"] == len(cleared)
    assert {row["post_id"] for row in db.fetch(CLEARED)} == {posts[name] for name in cleared}
    kept = 0 if chosen.get("olderThanDays") == 3 or chosen.get("ownerId") == "ada" else 2
    assert reply.body["keptUnknown"] == kept


def test_clear_failed_works_in_batches_until_its_time_is_up(
    api: Api, db: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clear_failed, "BATCH_SIZE", 2)
    for _ in range(5):
        make_job(db, "failed", at=START - timedelta(days=31))
    fetch = db.fetch

    def slowly(*arguments: Any, **parameters: Any) -> Any:
        clock.advance(seconds=8)
        return fetch(*arguments, **parameters)

    monkeypatch.setattr(db, "fetch", slowly)

    first, second = (act(api, "clear_failed").body for _ in range(2))

    assert (first["cleared"], first["complete"]) == (4, False)
    assert (second["cleared"], second["complete"]) == (1, True)
