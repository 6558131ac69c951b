"""The metrics that TikTok provides: four counts of a public video, and the number of followers.

Source: Display API, "Query Videos", "Video Object" (2026-08-04) and "Get User Info".
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from minutehand.platforms.metrics import Found, Metric, MetricReader, Metrics, PublishedPost, listed, normalised, number
from minutehand.platforms.port import Account
from minutehand.platforms.tiktok.api import Api
from minutehand.platforms.tiktok.errors import NAME
from minutehand.runtime.clock import Clock

if TYPE_CHECKING:
    import httpx

COUNTS = {"views": "view_count", "reactions": "like_count", "comments": "comment_count", "shares": "share_count"}
FIELDS = ",".join(["id", *COUNTS.values()])


def read_posts(
    client: "httpx.Client", account: Account, posts: Sequence[PublishedPost], clock: Clock
) -> Iterator[Found]:
    """See `ReadPosts`. TikTok's response omits a video that was deleted, is private or awaits moderation.

    A post that is not public has no id of its own: its remote id is the publish_id, which no call for videos accepts.
    Such a post has no metrics.
    """
    ids = [post.remote_id for post in posts if post.remote_id.isdecimal()]
    for post in posts:
        if post.remote_id not in ids:
            yield post.remote_id, {}
    if not ids:
        return
    body = {"filters": {"video_ids": ids}}
    found = Api(client).prepare(f"video/query/?fields={FIELDS}", account, clock, body).get("videos")
    yield from listed(ids, found, "id", _metrics, platform=NAME)


def _metrics(video: Mapping[str, Any]) -> Metrics:
    return normalised({name: value for name, value in video.items() if name.endswith("_count")}, COUNTS)


def read_followers(client: "httpx.Client", account: Account, clock: Clock) -> Metric | None:
    """See `ReadFollowers`. This call needs the scope user.info.stats."""
    user = Api(client).get("user/info/?fields=follower_count", account, clock).get("user")
    followers = number(user.get("follower_count")) if isinstance(user, Mapping) else None
    return None if followers is None else Metric(followers, "follower_count")


reader = MetricReader(read_posts, read_followers)
