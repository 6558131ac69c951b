"""The metrics that Instagram provides: the counts and the insights of a post, and the number of followers.

Insights need the scope instagram_business_manage_insights. The counts of likes and comments need no such scope, so they
are read even if it is missing. Insights can be up to 48 hours late. Source: Instagram Platform, "Media
Insights" (2026-06-18) and "Media".
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from minutehand.platforms.error_table import RECONNECT
from minutehand.platforms.instagram.adapter import GRAPH_API
from minutehand.platforms.instagram.options import type_of
from minutehand.platforms.meta.errors import StaleHandle
from minutehand.platforms.meta.graph import GraphClient
from minutehand.platforms.meta.insights import Insights, follower_count
from minutehand.platforms.metrics import MILLISECONDS, Found, Metric, MetricReader, PublishedPost, normalised
from minutehand.platforms.port import Account, PermissionMissing, Rejected
from minutehand.runtime.clock import Clock

if TYPE_CHECKING:
    import httpx

_EVERY = ("views", "reach", "shares", "reposts", "total_interactions")
_REELS = (*_EVERY, "likes", "comments", "saved", "ig_reels_avg_watch_time", "ig_reels_video_view_total_time")
INSIGHTS: Mapping[str, Sequence[str]] = {
    "FEED": (*_EVERY, "likes", "comments", "saved", "follows", "profile_visits"),
    "REELS": _REELS,
    "STORY": (*_EVERY, "replies", "follows", "profile_visits"),
}
"""The insights of each ``media_product_type``. Any other type has only the insights that all types have."""
NAMES: Mapping[str, str] = {
    "reach": "reach",
    "views": "views",
    "reactions": "likes",
    "comments": "comments",
    "shares": "shares",
    "reposts": "reposts",
    "saves": "saved",
    "follows": "follows",
}
STORY_NAMES = {**NAMES, "comments": "replies"}
UNITS = dict.fromkeys(("ig_reels_avg_watch_time", "ig_reels_video_view_total_time"), MILLISECONDS)
FIELDS = {"reactions": ("likes", "like_count"), "comments": ("comments", "comments_count")}
"""For each metric, the insight and the field that has the same meaning but does not need the scope for insights."""
STORY_LIFETIME = timedelta(hours=24)


def read_posts(
    client: "httpx.Client", account: Account, posts: Sequence[PublishedPost], clock: Clock
) -> Iterator[Found]:
    """See `ReadPosts`."""
    graph, denied = GraphClient(client, GRAPH_API), None
    insights = Insights(graph)
    for post in posts:
        try:
            media = graph.get(post.remote_id, account, clock, fields="media_product_type,like_count,comments_count")
        except StaleHandle:
            yield post.remote_id, None
            continue
        kind = str(media.get("media_product_type"))
        numbers: dict[str, Any] = {}
        if denied is None:
            try:
                numbers = insights.read(post.remote_id, INSIGHTS.get(kind, _EVERY), account, clock)
            except PermissionMissing as error:
                denied = error
            except Rejected as error:
                if error.code == RECONNECT.code:
                    raise
        names = STORY_NAMES if kind == "STORY" else NAMES
        for name, (insight, field) in FIELDS.items():
            if insight not in numbers and field in media:
                numbers[field] = media[field]
                names = {**names, name: field}
        yield post.remote_id, normalised(numbers, names, UNITS)
    if denied is not None:
        raise denied


def read_followers(client: "httpx.Client", account: Account, clock: Clock) -> Metric | None:
    """See `ReadFollowers`."""
    return follower_count(GraphClient(client, GRAPH_API), account, clock)


def lifetime(options: Mapping[str, Any]) -> timedelta | None:
    """Return the time for which Instagram shows a post with these options, or None if there is no limit."""
    return STORY_LIFETIME if type_of(options) == "story" else None


reader = MetricReader(read_posts, read_followers, lifetime)
