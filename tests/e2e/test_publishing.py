"""A post's whole way through the deployed template."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.support.stack import POSTS, DeployedStack

pytestmark = pytest.mark.e2e


def landed(stack: DeployedStack, words: str) -> list[dict[str, Any]]:
    """Return the records of the simulated platforms for the post that contains ``words``."""
    posts = stack.simulator.get("/api/timeline").json()["posts"]
    return [post for post in posts if words in post["text"]]


def final(api: httpx.Client, post_id: str, deadline: datetime) -> dict[str, Any]:
    """Return the post as soon as it is published or failed; as it is at ``deadline`` otherwise."""
    while True:
        post: dict[str, Any] = api.get(f"{POSTS}/get", params={"postId": post_id}).raise_for_status().json()["post"]
        if post["status"] in {"published", "failed"} or datetime.now(UTC) > deadline:
            return post
        time.sleep(0.5)


def test_a_scheduled_post_is_published_once_on_each_platform_and_on_time(stack: DeployedStack, owner: str) -> None:
    stack.connect_accounts(owner)
    due = (datetime.now(UTC) + timedelta(seconds=15)).replace(microsecond=0)
    words = f"The minute hand of {owner}"
    with stack.api(owner) as api:
        created = api.post(
            f"{POSTS}/create",
            json={"content": words, "platforms": ["bluesky", "mastodon"], "scheduledAt": due.isoformat()},
        )
        assert created.status_code == 201, created.text
        post_id = created.json()["post"]["id"]
        scheduled = api.post(f"{POSTS}/schedule", json={"postId": post_id})
        assert scheduled.status_code == 200, scheduled.text

        post = final(api, post_id, deadline=due + timedelta(seconds=60))

    assert post["status"] == "published", post
    assert {publication["platform"] for publication in post["publications"]} == {"bluesky", "mastodon"}
    for publication in post["publications"]:
        lateness = datetime.fromisoformat(publication["startedAt"]) - due
        # Wide on purpose: tests run on busy machines. `make demo` shows the real figure.
        assert timedelta(0) <= lateness < timedelta(seconds=10)
    assert sorted(each["platform"] for each in landed(stack, words)) == ["bluesky", "mastodon"]


def test_an_account_that_is_connected_over_the_api_is_posted_to(stack: DeployedStack, owner: str) -> None:
    server = str(stack.simulator.base_url).rstrip("/") + "/bluesky"
    due = (datetime.now(UTC) + timedelta(seconds=4)).replace(microsecond=0)
    words = f"Freshly connected, {owner}"
    with stack.api(owner) as api:
        refused = api.post(
            "/api/social/connections",
            json={"platform": "bluesky", "identifier": f"{owner}.example", "appPassword": "wrong", "service": server},
        )
        assert (refused.status_code, refused.json()["code"]) == (400, "credentials_refused")
        connected = api.post(
            "/api/social/connections",
            json={"platform": "bluesky", "identifier": f"{owner}.example", "appPassword": "right", "service": server},
        )
        assert connected.status_code == 201, connected.text
        listed = api.get("/api/social/connections").json()["connections"]
        assert [account["id"] for account in listed] == [connected.json()["connection"]["id"]]
        created = api.post(
            f"{POSTS}/create", json={"content": words, "platforms": ["bluesky"], "scheduledAt": due.isoformat()}
        ).json()
        api.post(f"{POSTS}/schedule", json={"postId": created["post"]["id"]}).raise_for_status()

        post = final(api, created["post"]["id"], deadline=due + timedelta(seconds=60))

    assert post["status"] == "published", post
    [publication] = post["publications"]
    assert (publication["connectionId"], publication["sandbox"]) == (connected.json()["connection"]["id"], False)
    assert len(landed(stack, words)) == 1
