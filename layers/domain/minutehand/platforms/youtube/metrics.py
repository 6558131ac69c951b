"""The metrics that YouTube gives at once: the counts of a video, and the number of subscribers.

Each of the two calls costs one unit of the app's daily quota. A count is missing if the channel hides it. Source:
YouTube Data API, "videos.list" and "channels.list".
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from minutehand.platforms.metrics import Found, Metric, MetricReader, PublishedPost, normalised, number
from minutehand.platforms.port import Account, Transient
from minutehand.platforms.youtube.api import Api, items, text_at, value_at
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
    """See `ReadPosts`. The channel's token also shows private videos, so a video that is left out was deleted."""
    ids = ",".join(post.remote_id for post in posts)
    fields = Api(client).get("youtube/videos", account, clock, part="statistics", id=ids)
    if not isinstance(fields.get("items"), list):
        raise Transient("unexpected_answer", "YouTube returned an unexpected list of videos.")
    by_id = {text_at(video, "id"): _numbers(value_at(video, "statistics")) for video in items(fields)}
    for post in posts:
        counts = by_id.get(post.remote_id)
        yield post.remote_id, None if counts is None else normalised(counts, COUNTS)


def read_followers(client: "httpx.Client", account: Account, clock: Clock) -> Metric | None:
    """See `ReadFollowers`. YouTube rounds the number to three digits. A channel may hide it."""
    channels = items(Api(client).get("youtube/channels", account, clock, part="statistics", mine="true"))
    statistics = value_at(channels[0], "statistics") if channels else None
    if not isinstance(statistics, Mapping) or statistics.get("hiddenSubscriberCount") is True:
        return None
    subscribers = number(_numbers(statistics).get("subscriberCount"))
    return None if subscribers is None else Metric(subscribers, "subscriberCount")


def _numbers(statistics: Any) -> dict[Any, int]:
    """Return the counts, which YouTube sends as text."""
    given = statistics if isinstance(statistics, Mapping) else {}
    return {name: int(value) for name, value in given.items() if name != UNUSED and _is_count(value)}


def _is_count(value: object) -> bool:
    return isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= MAX_DIGITS


reader = MetricReader(read_posts, read_followers)
