"""One post on its way to every platform, live: created and scheduled through the gateway, watched until it is out."""

import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from local.accounts import BOARD, DEMO_USER
from local.errors import LocalStackError
from local.progress import Progress
from local.stack import Stack
from minutehand.platforms.catalog import DISPLAY_NAMES

AHEAD = timedelta(seconds=20)
_PATIENCE = timedelta(seconds=60)
_POSTS = "/api/social/posts"
_FINAL = {"published", "failed"}


def publish_one(stack: Stack, progress: Progress) -> bool:
    """Publish a post with an image to every platform, all simulated, about 20 s from now; return whether it came out.

    Raises:
        LocalStackError: the API refused the post, or a process of the stack ended.
    """
    with httpx.Client(base_url=stack.deployment.api_url, headers={"x-user-id": DEMO_USER}, timeout=30) as api:
        # The first call of each function starts it, as on AWS; the post's time is counted from after that.
        with progress.step("First call through the gateway"):
            _answer(api.get(f"{_POSTS}/list"))
        due = (datetime.now(UTC) + AHEAD).replace(microsecond=0)
        progress.say(
            f"\nA post with an image to {len(DISPLAY_NAMES)} platforms, to be published at {due:%H:%M:%S} UTC:"
        )
        created = _answer(api.post(f"{_POSTS}/create", json=demo_post(stack.settings.simulator_url, due)))
        for warning in created.get("warnings", []):
            progress.say(f"  {warning}")
        post = created["post"]
        _show(progress, post)
        _answer(api.post(f"{_POSTS}/schedule", json={"postId": post["id"]}))
        post = _watched(api, post["id"], due, stack, progress)
    for publication in post["publications"]:
        progress.say(f"  {_summary(publication)}")
    progress.say()
    return bool(post["status"] == "published")


def demo_post(simulator: str, due: datetime) -> dict[str, Any]:
    """Return the body of the post: the same for all platforms, but for YouTube, which takes videos only."""
    image, video = f"{simulator}/samples/image.jpg", f"{simulator}/samples/portrait.mp4"
    return {
        "content": f"The minute hand moved to {due:%H:%M:%S}. https://example.com/minutehand #ontime",
        "platforms": list(DISPLAY_NAMES),
        "mediaUrls": [image],
        "altTexts": {image: "A clock above the sea at sunset; its minute hand stands at eight past."},
        "variants": {"youtube": {"mediaUrls": [video]}},
        "platformOptions": {
            "pinterest": {"boardId": BOARD, "title": "The minute hand"},
            "tiktok": {"privacy": "PUBLIC_TO_EVERYONE"},
            "youtube": {"title": f"The minute hand moved to {due:%H:%M:%S}", "short": True},
        },
        "scheduledAt": due.isoformat(),
        "campaign": "demo",
    }


def show_addresses(stack: Stack, progress: Progress) -> None:
    """Say where everything is, with a line to copy."""
    url = stack.deployment.api_url
    progress.say(f"  API       {url}")
    progress.say(f"  Timeline  {stack.settings.simulator_url}/")
    progress.say(f"  Postgres  {stack.database_url}")
    progress.say(
        f"  Try       curl -s {url}{_POSTS}/create -H 'x-user-id: {DEMO_USER}' -H 'content-type: application/json' "
        """-d '{"content": "Hello", "platforms": ["bluesky"], "scheduledAt": "'$(date -u -d '+1 minute' +%FT%TZ)'"}'"""
    )
    progress.say()


def _watched(api: httpx.Client, post_id: str, due: datetime, stack: Stack, progress: Progress) -> dict[str, Any]:
    shown = None
    while True:
        stack.require_running()
        post: dict[str, Any] = _answer(api.get(f"{_POSTS}/get", params={"postId": post_id}))["post"]
        states = (post["status"], _states(post))
        if states != shown:
            _show(progress, post)
            shown = states
        now = datetime.now(UTC)
        if post["status"] in _FINAL or now > due + _PATIENCE:
            return post
        # Seldom until it matters: each question takes the functions that publish a part of the processor.
        time.sleep(0.25 if now > due else 1)


def _show(progress: Progress, post: dict[str, Any]) -> None:
    progress.say(f"  {datetime.now(UTC):%H:%M:%S}  {post['status']:<10} {_states(post)}".rstrip())


def _states(post: dict[str, Any]) -> str:
    counted = Counter(publication["state"] for publication in post["publications"])
    return ", ".join(f"{count} {state}" for state, count in counted.most_common())


def _summary(publication: dict[str, Any]) -> str:
    name, state = DISPLAY_NAMES[publication["platform"]], publication["state"]
    if state != "published":
        return f"{name:<10} {state}. {publication['failureReason'] or ''}".rstrip()
    return (
        f"{name:<10} {publication['latenessMs'] / 1000:.2f} s after its time  {publication['permalink'] or ''}".rstrip()
    )


def _answer(response: httpx.Response) -> dict[str, Any]:
    if not response.is_success:
        raise LocalStackError(
            f"{response.request.method} {response.url} answered {response.status_code}: {response.text[:500]}"
        )
    body: dict[str, Any] = response.json()
    return body
