"""All platforms through the deployed template: accounts connected as people do, an image, a video."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from local.simulator.demo import processing_steps, requirements_of
from minutehand.platforms.catalog import AUTHORIZABLE, CONNECTORS, DISPLAY_NAMES, REGISTERING
from tests.e2e.test_publishing import final, landed
from tests.support.consent import authorize
from tests.support.credentials import credentials_for
from tests.support.stack import POSTS, DeployedStack

pytestmark = pytest.mark.e2e

CONNECTIONS = "/api/social/connections"
MAX_RUN = timedelta(seconds=30)


def connect_everywhere(stack: DeployedStack, api: httpx.Client, owner: str) -> None:
    """Connect an account on each platform over the API and the platforms' own pages."""
    simulator, account = str(stack.simulator.base_url).rstrip("/"), owner.replace("-", "_")
    for platform in sorted(set(CONNECTORS) - set(AUTHORIZABLE)):
        connected = api.post(CONNECTIONS, json=credentials_for(platform, f"{simulator}/{platform}", account))
        assert connected.status_code == 201, connected.text
    for platform in AUTHORIZABLE:
        server = {"instance": f"{simulator}/{platform}"} if platform in REGISTERING else {}
        begun = api.post(f"{CONNECTIONS}/authorize", json={"platform": platform} | server)
        assert begun.status_code == 200, begun.text
        page = authorize(begun.json()["url"], account)
        assert page.status_code in (200, 201), page.text
    connections = api.get(CONNECTIONS).json()["connections"]
    assert {connection["platform"] for connection in connections} == set(DISPLAY_NAMES)


def publish(stack: DeployedStack, api: httpx.Client, seconds: int, **post: Any) -> dict[str, Any]:
    """Publish a post a few seconds from now, and return it when it has ended."""
    due = (datetime.now(UTC) + timedelta(seconds=4)).replace(microsecond=0)
    created = api.post(f"{POSTS}/create", json=post | {"scheduledAt": due.isoformat()})
    assert created.status_code == 201, created.text
    assert "warnings" not in created.json(), created.json()["warnings"]
    post_id = created.json()["post"]["id"]
    scheduled = api.post(f"{POSTS}/schedule", json={"postId": post_id})
    assert scheduled.status_code == 200, scheduled.text
    return final(api, post_id, deadline=due + timedelta(seconds=seconds))


def out_everywhere(stack: DeployedStack, post: dict[str, Any], words: str, platforms: set[str]) -> None:
    """Assert that each platform shows the post once, at its permalink."""
    assert post["status"] == "published", post
    assert {publication["platform"] for publication in post["publications"]} == platforms
    for publication in post["publications"]:
        assert publication["state"] == "published"
        assert str(publication["permalink"]).startswith("http"), publication
        assert publication["sandbox"] is False
    assert sorted(each["platform"] for each in landed(stack, words)) == sorted(platforms)


def test_an_image_goes_out_on_every_platform(stack: DeployedStack, owner: str) -> None:
    simulator, words = str(stack.simulator.base_url).rstrip("/"), f"All at once, {owner}"
    image, video = f"{simulator}/samples/image.jpg", f"{simulator}/samples/portrait.mp4"
    required = {platform: requirements_of(platform) for platform in DISPLAY_NAMES}
    with stack.api(owner) as api:
        connect_everywhere(stack, api, owner)
        post = publish(
            stack,
            api,
            seconds=90,
            content=words,
            platforms=list(DISPLAY_NAMES),
            mediaUrls=[image],
            altTexts={image: "The sun goes down."},
            variants={name: {"mediaUrls": [video]} for name, each in required.items() if each.media == "video"},
            platformOptions={name: each.options | each.demo_options for name, each in required.items()},
        )

    out_everywhere(stack, post, words, set(DISPLAY_NAMES))
    shown = {each["platform"]: each for each in landed(stack, words)}
    assert [each["alt"] for each in shown["bluesky"]["media"]] == ["The sun goes down."]


def test_a_video_goes_out_though_every_platform_takes_its_time(stack: DeployedStack, owner: str) -> None:
    simulator, words = str(stack.simulator.base_url).rstrip("/"), f"Moving, {owner}"
    busy = processing_steps()
    for platform, step in busy.items():
        stack.simulator.post(
            "/faults", json={"platform": platform, "step": step, "kind": "processing", "polls": 2}
        ).raise_for_status()
    with stack.api(owner) as api:
        connect_everywhere(stack, api, owner)
        post = publish(
            stack,
            api,
            seconds=240,
            content=words,
            platforms=sorted(busy),
            mediaUrls=[f"{simulator}/samples/portrait.mp4"],
            platformOptions={platform: requirements_of(platform).options for platform in busy}
            | {
                "instagram": {"type": "reel"},
                "pinterest": requirements_of("pinterest").options | {"coverImageUrl": f"{simulator}/samples/image.jpg"},
                "youtube": {"title": words},
            },
        )

    out_everywhere(stack, post, words, set(busy))
    assert longest_run(stack) < MAX_RUN


def longest_run(stack: DeployedStack) -> timedelta:
    """Return how long the longest invocation of the publisher took, as Lambda's own reports have it."""
    pages = stack.aws("logs").get_paginator("filter_log_events")
    group = f"/aws/lambda/{stack.deployment.functions['Publisher']}"
    reports = [
        re.search(r"\tDuration: ([0-9.]+) ms", event["message"])
        for page in pages.paginate(logGroupName=group, filterPattern="REPORT")
        for event in page["events"]
    ]
    return max(timedelta(milliseconds=float(report[1])) for report in reports if report)
