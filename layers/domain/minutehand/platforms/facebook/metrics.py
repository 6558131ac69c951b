"""The metrics that Facebook provides: the insights of a Page's post, and the number of followers.

Insights need the scope read_insights. If the scope is missing, Facebook returns an empty list. Facebook updates most
insights once a day. A story has no insights. Meta removes a metric from all API versions on the same day.

Source: Graph API, "Page Insights".
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from minutehand.platforms.error_table import PERMISSION_MISSING, RECONNECT
from minutehand.platforms.facebook.adapter import GRAPH_API
from minutehand.platforms.facebook.options import type_of
from minutehand.platforms.meta.containers import account_node
from minutehand.platforms.meta.errors import StaleHandle
from minutehand.platforms.meta.graph import GraphClient
from minutehand.platforms.meta.insights import Insights, follower_count
from minutehand.platforms.metrics import MILLISECONDS, Found, Metric, MetricReader, PublishedPost, normalised
from minutehand.platforms.port import Account, PermissionMissing, Rejected
from minutehand.runtime.clock import Clock

if TYPE_CHECKING:
    import httpx

INSIGHTS = (
    "post_media_view",
    "post_total_media_view_unique",
    "post_reactions_by_type_total",
    "post_activity_by_action_type",
    "post_clicks",
    "post_video_views",
    "post_video_view_time",
    "post_video_avg_time_watched",
)
NAMES = {
    "reach": "post_total_media_view_unique",
    "reactions": "post_reactions_by_type_total",
    "comments": "post_activity_by_action_type.comment",
    "reposts": "shares",
    "clicks": "post_clicks",
}
VIEWS = ("post_media_view", "post_video_views")
"""The insights that count views, the preferred one first."""
UNITS = dict.fromkeys(("post_video_view_time", "post_video_avg_time_watched"), MILLISECONDS)
MAX_INSIGHTS_DELAY = timedelta(days=2)
"""The age of a post after which missing insights indicate a missing permission."""
STORY_LIFETIME = timedelta(hours=24)


def read_posts(
    client: "httpx.Client", account: Account, posts: Sequence[PublishedPost], clock: Clock
) -> Iterator[Found]:
    """See `ReadPosts`."""
    graph, denied = GraphClient(client, GRAPH_API), None
    insights = Insights(graph)
    for post in posts:
        if type_of(post.options) == "story":
            yield post.remote_id, {}
            continue
        node = post.remote_id if "_" in post.remote_id else f"{account_node(account)}_{post.remote_id}"
        try:
            shares = graph.get(node, account, clock, fields="shares").get("shares")
        except StaleHandle:
            yield post.remote_id, None
            continue
        numbers: dict[str, Any] = {"shares": shares.get("count")} if isinstance(shares, Mapping) else {}
        if denied is None:
            try:
                found = insights.read(node, INSIGHTS, account, clock)
                numbers |= found
                if not found and clock.now() - post.published_at > MAX_INSIGHTS_DELAY:
                    denied = PERMISSION_MISSING.error(clock.now(), name=graph.name)
            except PermissionMissing as error:
                denied = error
            except Rejected as error:
                if error.code == RECONNECT.code:
                    raise
        views = next((name for name in VIEWS if name in numbers), VIEWS[0])
        yield post.remote_id, normalised(numbers, {"views": views, **NAMES}, UNITS)
    if denied is not None:
        raise denied


def read_followers(client: "httpx.Client", account: Account, clock: Clock) -> Metric | None:
    """See `ReadFollowers`."""
    return follower_count(GraphClient(client, GRAPH_API), account, clock)


def lifetime(options: Mapping[str, Any]) -> timedelta | None:
    """Return the time for which Facebook shows a post with these options, or None if there is no limit."""
    return STORY_LIFETIME if type_of(options) == "story" else None


reader = MetricReader(read_posts, read_followers, lifetime)
