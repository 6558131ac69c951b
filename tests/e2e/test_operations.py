"""Approvers and operators at the deployed API, each call as who may make it and as who may not."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.support.stack import DeployedStack

pytestmark = pytest.mark.e2e
API = "/api/social"


@pytest.fixture
def ada(stack: DeployedStack, owner: str) -> Iterator[httpx.Client]:
    with stack.api(owner) as client:
        yield client


@pytest.fixture
def approver(stack: DeployedStack, owner: str) -> Iterator[httpx.Client]:
    with stack.api("mia", {"x-owner-id": owner, "x-user-roles": "approver"}) as client:
        yield client


@pytest.fixture
def operator(stack: DeployedStack) -> Iterator[httpx.Client]:
    with stack.api("olga", {"x-user-roles": "operator"}) as client:
        yield client


def create(client: httpx.Client, *, ahead: float, **fields: Any) -> dict[str, Any]:
    at = datetime.now(UTC) + timedelta(seconds=ahead)
    body = {"content": "The kiln is warm.", "platforms": ["bluesky"], "scheduledAt": at.isoformat()} | fields
    answer = client.post(f"{API}/posts/create", json=body)
    assert answer.status_code == 201, answer.text
    post: dict[str, Any] = answer.json()["post"]
    return post


def look(client: httpx.Client, post: dict[str, Any], **query: str) -> dict[str, Any]:
    seen: dict[str, Any] = client.get(f"{API}/posts/get", params={"postId": post["id"], **query}).json()
    return seen


def wait(until: Callable[[], bool], *, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < deadline
        time.sleep(0.5)


def test_what_an_approver_lets_out_is_published(ada: httpx.Client, approver: httpx.Client) -> None:
    post = create(ada, ahead=4, approvalRequired=True)
    decision = {"postId": post["id"], "approved": True, "version": 1}

    assert ada.post(f"{API}/posts/approve", json=decision).status_code == 403
    assert approver.post(f"{API}/posts/approve", json=decision | {"version": 2}).status_code == 409
    assert approver.post(f"{API}/posts/approve", json=decision).status_code == 200

    wait(lambda: bool(look(ada, post)["post"]["status"] == "published"))
    seen = look(ada, post, include="history,attempts")
    assert [each["type"] for each in seen["history"]] == [
        *("post.created", "post.approved", "post.queued", "publication.published", "post.published")
    ]
    assert [each["event"] for each in seen["attempts"]] == ["began", "published"]
    archived = ada.post(f"{API}/posts/archive", json={"postId": post["id"]})
    assert archived.json() == {"success": True, "count": 1, "complete": True}


def test_what_is_paused_is_held_until_it_is_resumed(ada: httpx.Client, operator: httpx.Client, owner: str) -> None:
    pause = {"action": "pause", "scope": "owner", "ownerId": owner, "reason": "The launch moved."}
    assert ada.post(f"{API}/queue", json=pause).status_code == 403
    post = create(ada, ahead=12)  # time enough to schedule and to pause on a busy machine
    ada.post(f"{API}/posts/schedule", json={"postId": post["id"]})

    assert operator.post(f"{API}/queue", json=pause).json()["held"] == 1
    wait(lambda: datetime.now(UTC) > datetime.fromisoformat(post["scheduledAt"]) + timedelta(seconds=3))

    queue = ada.get(f"{API}/queue").json()
    assert (queue["counts"]["held"], queue["pauses"][0]["reason"]) == (1, "The launch moved.")
    [job] = ada.get(f"{API}/queue/jobs", params={"state": "held"}).json()["jobs"]
    assert operator.get(f"{API}/queue/jobs", params={"jobId": job["id"]}).json()["job"]["postId"] == post["id"]

    resumed = operator.post(f"{API}/queue", json=pause | {"action": "resume"})
    assert resumed.json() == {"success": True, "resumed": 1}
    wait(lambda: bool(look(ada, post)["post"]["status"] == "published"))


def test_the_scheduler_is_controlled_through_its_rule(
    stack: DeployedStack, ada: httpx.Client, operator: httpx.Client
) -> None:
    assert ada.get(f"{API}/scheduler").status_code == 403
    assert operator.get(f"{API}/scheduler").json()["isRunning"] is True
    try:
        assert operator.post(f"{API}/scheduler", json={"action": "stop"}).json()["isRunning"] is False
        assert operator.get(f"{API}/queue/health").status_code == 503
        slower = operator.post(f"{API}/scheduler", json={"action": "interval", "minutes": 2})
        assert slower.json()["interval"] == {"minutes": 2, "expression": "rate(2 minutes)"}
    finally:
        operator.post(f"{API}/scheduler", json={"action": "interval", "minutes": 1})
        operator.post(f"{API}/scheduler", json={"action": "start"})
    [rule] = [each for each in stack.aws("events").list_rules()["Rules"] if each["Name"].endswith("-tick")]
    assert (rule["State"], rule["ScheduleExpression"]) == ("ENABLED", "rate(1 minute)")


def test_a_check_queues_what_is_due_within_the_horizon(ada: httpx.Client, operator: httpx.Client) -> None:
    assert operator.post(f"{API}/scheduler", json={"action": "stop"}).status_code == 200  # a tick would queue the post
    try:
        post = create(ada, ahead=100, content="x" * 301)  # the call leaves a post that Bluesky would refuse to the tick
        checked = operator.post(f"{API}/scheduler", json={"action": "check"}).json()
    finally:
        assert operator.post(f"{API}/scheduler", json={"action": "start"}).status_code == 200

    assert checked["queued"] >= 1
    assert (checked["failed"], checked["errors"]) == (0, [])
    assert look(ada, post)["post"]["status"] == "queued"
    assert ada.post(f"{API}/posts/cancel", json={"postId": post["id"]}).status_code == 200


def test_all_is_well_once_it_has_ticked(operator: httpx.Client) -> None:
    wait(lambda: bool(operator.get(f"{API}/queue/health").status_code == 200), seconds=130)

    checks = operator.get(f"{API}/queue/health").json()["checks"]
    assert {name: check["ok"] for name, check in checks.items()} == dict.fromkeys(
        ("database", "queue", "rule", "lastTick", "deadLetters", "apiVersions"), True
    )


def test_dead_letters_and_failures_are_dealt_with_by_operators(ada: httpx.Client, operator: httpx.Client) -> None:
    for action in ("redrive", "clear_failed"):
        assert ada.post(f"{API}/queue", json={"action": action}).status_code == 403
        answer = operator.post(f"{API}/queue", json={"action": action})
        assert (answer.status_code, answer.json()["complete"]) == (200, True)
