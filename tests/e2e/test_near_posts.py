"""Posts that are due within the horizon, on the deployed stack: the call that sets their time queues them."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.e2e.test_publishing import landed
from tests.support.stack import DeployedStack

API = "/api/social"


@pytest.fixture
def ada(stack: DeployedStack, owner: str) -> Iterator[httpx.Client]:
    with stack.api(owner) as client:
        yield client


def create(client: httpx.Client, **fields: Any) -> dict[str, Any]:
    answer = client.post(f"{API}/posts/create", json={"content": "Near.", "platforms": ["bluesky"]} | fields)
    assert answer.status_code == 201, answer.text
    post: dict[str, Any] = answer.json()["post"]
    return post


def in_seconds(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


def look(client: httpx.Client, post: dict[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = client.get(f"{API}/posts/get", params={"postId": post["id"]}).json()["post"]
    return shown


def finish(client: httpx.Client, post: dict[str, Any]) -> None:
    until = time.monotonic() + 60
    while look(client, post)["status"] == "queued" and time.monotonic() < until:
        time.sleep(0.5)


def test_near_posts_are_published_on_time_unless_they_are_deleted(
    ada: httpx.Client, stack: DeployedStack, owner: str
) -> None:
    finish(ada, create(ada, publish="now"))  # it also waits for the first publisher to start
    deleted = create(ada, scheduledAt=in_seconds(10), content=f"{owner} Old")
    edits = [
        ada.patch(f"{API}/posts/update", json={"postId": deleted["id"], "content": f"{owner} {text}"}) for text in "12"
    ]
    deletion = ada.request("DELETE", f"{API}/posts/delete", json={"postId": deleted["id"]})
    posts = [create(ada, scheduledAt=in_seconds(ahead)) for ahead in (5, 10, 15)]

    for post in posts:
        finish(ada, post)

    shown = [look(ada, post) for post in posts]
    late = [post["publications"][0]["latenessMs"] for post in shown]
    assert [edit.json()["post"]["status"] for edit in edits] == ["queued", "queued"]
    assert [call.status_code for call in (*edits, deletion)] == [200, 200, 200]
    assert [post["status"] for post in shown] == ["published"] * 3
    assert max(late) < 1_000, late
    assert ada.get(f"{API}/posts/get", params={"postId": deleted["id"]}).status_code == 404
    assert not [text for text in ("Old", "1", "2") if landed(stack, f"{owner} {text}")]
