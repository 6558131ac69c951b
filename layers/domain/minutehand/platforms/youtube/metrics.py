"""The metrics that YouTube provides without a delay: the counts of a video, and the number of subscribers.

Each call costs one unit of the app's daily quota. A count is missing if the channel hides it. Source: YouTube Data API,
"videos.list" and "channels.list".
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from minutehand.platforms.metrics import Found, Metric, MetricReader, Metrics, PublishedPost, listed, normalised, number
from minutehand.platforms.port import Account
from minutehand.platforms.youtube.api import Api, items, value_at
from minutehand.platforms.youtube.errors import NAME
from minutehand.runtime.clock import Clock

if TYPE_CHECKING:
    import httpx

COUNTS = {"views": "viewCount", "reactions": "likeCount", "comments": "commentCount"}
UNUSED = "favoriteCount"
"""A count that is always 0. YouTube has had no favourites since 2015."""
MAX_DIGITS = 19


def read_posts(
    client: "httpx.Client", account: Account, posts: Sequence[PublishedPost], clock: Clock
) -> Iterator[Found]:
    """See `ReadPosts`. The channel's token also permits reading private videos, so a video that the response omits was
    deleted.
    """
    ids = [post.remote_id for post in posts]
    fields = Api(client).get("youtube/videos", account, clock, part="statistics", id=",".join(ids))
    yield from listed(ids, fields.get("items"), "id", _metrics, platform=NAME)


def read_followers(client: "httpx.Client", account: Account, clock: Clock) -> Metric | None:
    """See `ReadFollowers`. YouTube rounds the number to three significant digits. A channel may hide the number."""
    channels = items(Api(client).get("youtube/channels", account, clock, part="statistics", mine="true"))
    statistics = value_at(channels[0], "statistics") if channels else None
    if not isinstance(statistics, Mapping) or statistics.get("hiddenSubscriberCount") is True:
        return None
    subscribers = number(_numbers(statistics).get("subscriberCount"))
    return None if subscribers is None else Metric(subscribers, "subscriberCount")


def _metrics(video: Mapping[str, Any]) -> Metrics:
    return normalised(_numbers(video.get("statistics")), COUNTS)


def _numbers(statistics: Any) -> dict[Any, int]:
    """Return the counts, which YouTube sends as strings."""
    given = statistics if isinstance(statistics, Mapping) else {}
    return {name: int(value) for name, value in given.items() if name != UNUSED and _is_count(value)}


def _is_count(value: object) -> bool:
    return isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= MAX_DIGITS


reader = MetricReader(read_posts, read_followers)
