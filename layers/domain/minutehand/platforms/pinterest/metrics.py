"""The metrics that Pinterest provides: the metrics of a pin, and the number of followers.

One call returns a pin's metrics, and shows whether the pin still exists. Source: API v5, "Get Pin" with
``pin_metrics``, and "Get user account" (5.23.0).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from minutehand.platforms.error_table import NOT_FOUND, PERMISSION_MISSING
from minutehand.platforms.metrics import (
    Found,
    Metric,
    MetricReader,
    Metrics,
    PublishedPost,
    normalised,
    number,
    one_by_one,
)
from minutehand.platforms.pinterest.errors import ERRORS, FORBIDDEN
from minutehand.platforms.pinterest.service import Service
from minutehand.platforms.port import Account, PublishError
from minutehand.runtime.clock import Clock

if TYPE_CHECKING:
    import httpx

    from minutehand.platforms.exchange import Reply

NUMBERS = {
    "impressions": "impression",
    "reactions": "reaction",
    "comments": "comment",
    "saves": "save",
    "clicks": "clickthrough",
}
PERIODS = ("lifetime_metrics", "90d")
"""The periods of a pin's metrics, the preferred one first. Pinterest has provided lifetime metrics since 2023-03-20."""


def read_posts(
    client: "httpx.Client", account: Account, posts: Sequence[PublishedPost], clock: Clock
) -> Iterator[Found]:
    """See `ReadPosts`."""
    service = Service(client)

    def read(post: PublishedPost) -> Metrics | None:
        reply = service.get(f"/pins/{post.remote_id}", account, clock, pin_metrics="true")
        if reply.status == NOT_FOUND and ERRORS.message(reply):
            return None
        if not reply.ok:
            raise _error(reply, account, clock)
        given = reply.fields.get("pin_metrics")
        periods = given if isinstance(given, Mapping) else {}
        numbers = next((found for name in PERIODS if isinstance(found := periods.get(name), Mapping)), {})
        return normalised(numbers, NUMBERS)

    return one_by_one(posts, read)


def read_followers(client: "httpx.Client", account: Account, clock: Clock) -> Metric | None:
    """See `ReadFollowers`."""
    reply = Service(client).get("/user_account", account, clock)
    if not reply.ok:
        raise _error(reply, account, clock)
    followers = number(reply.fields.get("follower_count"))
    return None if followers is None else Metric(followers, "follower_count")


def _error(reply: "Reply", account: Account, clock: Clock) -> PublishError:
    if ERRORS.meaning(reply) is FORBIDDEN:
        return PERMISSION_MISSING.error(clock.now(), name=ERRORS.platform)
    return ERRORS.error(reply, account.token, clock.now(), what="the request for metrics")


reader = MetricReader(read_posts, read_followers)
