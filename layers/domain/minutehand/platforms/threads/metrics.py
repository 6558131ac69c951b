"""The metrics that Threads provides: the insights of a post, and the number of followers.

Both need the scope threads_manage_insights. Source: Threads API, "Insights" (2026-01-30).
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from minutehand.platforms.meta.containers import account_node
from minutehand.platforms.meta.errors import StaleHandle
from minutehand.platforms.meta.graph import GraphClient
from minutehand.platforms.meta.insights import Insights, metric_in
from minutehand.platforms.metrics import Found, Metric, MetricReader, Metrics, PublishedPost, normalised, one_by_one
from minutehand.platforms.port import Account
from minutehand.platforms.threads.adapter import GRAPH_API
from minutehand.runtime.clock import Clock

if TYPE_CHECKING:
    import httpx

METRICS = ("views", "likes", "replies", "reposts", "quotes", "shares")
NAMES = {
    "views": "views",
    "reactions": "likes",
    "comments": "replies",
    "reposts": ("reposts", "quotes"),
    "shares": "shares",
}
FOLLOWERS = "followers_count"


def read_posts(
    client: "httpx.Client", account: Account, posts: Sequence[PublishedPost], clock: Clock
) -> Iterator[Found]:
    """See `ReadPosts`."""
    insights = Insights(GraphClient(client, GRAPH_API))

    def read(post: PublishedPost) -> Metrics | None:
        try:
            return normalised(insights.read(post.remote_id, METRICS, account, clock), NAMES)
        except StaleHandle:
            return None

    return one_by_one(posts, read)


def read_followers(client: "httpx.Client", account: Account, clock: Clock) -> Metric | None:
    """See `ReadFollowers`."""
    graph = GraphClient(client, GRAPH_API)
    answer = graph.get(f"{account_node(account)}/threads_insights", account, clock, metric=FOLLOWERS)
    return metric_in(answer, FOLLOWERS)


reader = MetricReader(read_posts, read_followers)
