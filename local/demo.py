"""A live demonstration, which schedules one post for every platform and shows the progress of its publications."""

import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from local.accounts import DEMO_USER
from local.errors import LocalStackError
from local.progress import Progress
from local.simulator.demo import requirements_of
from local.stack import Stack
from minutehand.platforms.catalog import DISPLAY_NAMES

DELAY = timedelta(seconds=7)
"""The time until the post is published. Its message arrives three to four seconds earlier; see `SendLead`."""
_TIMEOUT = timedelta(seconds=60)
POSTS = "/api/social/posts"
_FINAL_STATUSES = {"published", "failed"}


def publish_one(stack: Stack, progress: Progress) -> bool:
    """Publish a post to every simulated platform about 7 s from now. Return whether the post was published everywhere.

    Raises:
        LocalStackError: the API rejected the post, or a process of the stack exited.
    """
    with api_client(stack, DEMO_USER) as api:
        post = publish(stack, api, progress)
    for publication in post["publications"]:
        progress.line(f"  {_summary(publication)}")
    progress.line()
    return bool(post["status"] == "published")


def api_client(stack: Stack, user: str) -> httpx.Client:
    """Return a client of the API with the identity ``user``."""
    return httpx.Client(base_url=stack.deployment.api_url, headers={"x-user-id": user}, timeout=30)


def publish(stack: Stack, api: httpx.Client, progress: Progress, **fields: Any) -> dict[str, Any]:
    """Publish a post to every platform about 7 s from now. ``fields``: further fields of the post.

    Return the post when it is published or failed, or a minute after its time.

    Raises:
        LocalStackError: the API rejected the post, or a process of the stack exited.
    """
    # The first call through the gateway is slow, so the post's time is chosen only after that call.
    with progress.step("First call through the gateway"):
        json_of(api.get(f"{POSTS}/list"))
    due = (datetime.now(UTC) + DELAY).replace(microsecond=0)
    progress.line(f"\nA post with an image to {len(DISPLAY_NAMES)} platforms, to be published at {due:%H:%M:%S} UTC:")
    created = json_of(api.post(f"{POSTS}/create", json=demo_post(stack.settings.simulator_url, due) | fields))
    for warning in created.get("warnings", []):
        progress.line(f"  {warning}")
    post = created["post"]
    _show(progress, post)
    json_of(api.post(f"{POSTS}/schedule", json={"postId": post["id"]}))
    return _follow(api, post["id"], due, stack, progress)


def demo_post(simulator: str, due: datetime) -> dict[str, Any]:
    """Return the body of the request that creates the post. The post has a video on platforms that require one, and an
    image on the others.
    """
    image, video = f"{simulator}/samples/image.jpg", f"{simulator}/samples/portrait.mp4"
    required = {platform: requirements_of(platform) for platform in DISPLAY_NAMES}
    return {
        "content": f"The minute hand moved to {due:%H:%M:%S}. https://example.com/minutehand #ontime",
        "platforms": list(DISPLAY_NAMES),
        "mediaUrls": [image],
        "altTexts": {image: "A clock above the sea at sunset. The minute hand points to eight minutes past the hour."},
        "variants": {name: {"mediaUrls": [video]} for name, each in required.items() if each.media == "video"},
        "platformOptions": {name: each.options | each.demo_options for name, each in required.items()},
        "scheduledAt": due.isoformat(),
        "campaign": "demo",
    }


def show_planner(stack: Stack, progress: Progress) -> None:
    """Print where to watch the post of `publish_one` on its way."""
    progress.line(
        f"\nWatch the next post in the planner, as the user {DEMO_USER}: {stack.deployment.api_url}/planner\n"
    )


def show_addresses(stack: Stack, progress: Progress) -> None:
    """Print the stack's URLs and an example command for the API."""
    url = stack.deployment.api_url
    progress.line(f"  Planner   {url}/planner")
    progress.line(f"  API       {url}/api/social")
    progress.line(f"  OpenAPI   {url}/api/social/openapi.json")
    progress.line(f"  Timeline  {stack.settings.simulator_url}/")
    progress.line(f"  Postgres  {stack.database_url}")
    progress.line(
        f"  Try       curl -s {url}{POSTS}/create -H 'x-user-id: {DEMO_USER}' -H 'content-type: application/json' "
        """-d '{"content": "Hello", "platforms": ["bluesky"], "scheduledAt": "'$(date -u -d '+1 minute' +%FT%TZ)'"}'"""
    )
    progress.line()


def _follow(api: httpx.Client, post_id: str, due: datetime, stack: Stack, progress: Progress) -> dict[str, Any]:
    shown = None
    while True:
        stack.require_running()
        post: dict[str, Any] = json_of(api.get(f"{POSTS}/get", params={"postId": post_id}))["post"]
        counts = (post["status"], _state_counts(post))
        if counts != shown:
            _show(progress, post)
            shown = counts
        now = datetime.now(UTC)
        if post["status"] in _FINAL_STATUSES or now > due + _TIMEOUT:
            return post
        # Poll rarely until the post is due, because each request takes processor time from the functions that publish.
        time.sleep(0.25 if now > due else 1)


def _show(progress: Progress, post: dict[str, Any]) -> None:
    progress.line(f"  {datetime.now(UTC):%H:%M:%S}  {post['status']:<10} {_state_counts(post)}".rstrip())


def _state_counts(post: dict[str, Any]) -> str:
    counted = Counter(publication["state"] for publication in post["publications"])
    return ", ".join(f"{count} {state}" for state, count in counted.most_common())


def _summary(publication: dict[str, Any]) -> str:
    name, state = DISPLAY_NAMES[publication["platform"]], publication["state"]
    if state != "published":
        return f"{name:<10} {state}. {publication['failureReason'] or ''}".rstrip()
    lateness = publication["latenessMs"] / 1000
    return f"{name:<10} {lateness:.2f} s after its due time  {publication['permalink'] or ''}".rstrip()


def json_of(response: httpx.Response) -> dict[str, Any]:
    """Return the JSON object in a response.

    Raises:
        LocalStackError: the response has an error status.
    """
    if not response.is_success:
        raise LocalStackError(
            f"{response.request.method} {response.url} returned {response.status_code}: {response.text[:500]}"
        )
    body: dict[str, Any] = response.json()
    return body
