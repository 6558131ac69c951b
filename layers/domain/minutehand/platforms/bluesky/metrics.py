"""The metrics that Bluesky provides: five counts of a post, and the number of followers.

The calls go to the public AppView, which counts reactions from all servers and requires no token. Source: the lexicons
app.bsky.feed.getPosts and app.bsky.actor.getProfile.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from minutehand.platforms.bluesky.errors import ERRORS
from minutehand.platforms.configs.app_view import app_view
from minutehand.platforms.exchange import Exchange
from minutehand.platforms.metrics import Found, Metric, MetricReader, Metrics, PublishedPost, listed, normalised, number
from minutehand.platforms.port import Account
from minutehand.runtime.clock import Clock

if TYPE_CHECKING:
    import httpx

COUNTS = {
    "reactions": "likeCount",
    "comments": "replyCount",
    "reposts": ("repostCount", "quoteCount"),
    "saves": "bookmarkCount",
}


def read_posts(
    client: "httpx.Client",
    account: Account,  # noqa: ARG001
    posts: Sequence[PublishedPost],
    clock: Clock,
) -> Iterator[Found]:
    """See `ReadPosts`. Bluesky's response omits posts that were deleted or taken down."""
    uris = [post.remote_id for post in posts]
    found = _get(client, "app.bsky.feed.getPosts", clock, uris=uris).get("posts")
    yield from listed(uris, found, "uri", _metrics, platform=ERRORS.platform)


def read_followers(client: "httpx.Client", account: Account, clock: Clock) -> Metric | None:
    """See `ReadFollowers`."""
    profile = _get(client, "app.bsky.actor.getProfile", clock, actor=account.account_id)
    followers = number(profile.get("followersCount"))
    return None if followers is None else Metric(followers, "followersCount")


def _metrics(post: Mapping[str, Any]) -> Metrics:
    return normalised({name: value for name, value in post.items() if name.endswith("Count")}, COUNTS)


def _get(client: "httpx.Client", call: str, clock: Clock, **query: str | list[str]) -> Mapping[str, Any]:
    exchange = Exchange(client, ERRORS.platform)
    reply = exchange.prepare(client.build_request("GET", f"{app_view()}/xrpc/{call}", params=query), clock.now)
    if not reply.ok:
        raise ERRORS.error(reply, {}, clock.now(), what="the request for metrics")
    return reply.fields


reader = MetricReader(read_posts, read_followers)
