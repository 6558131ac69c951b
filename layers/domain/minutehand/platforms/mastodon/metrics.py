"""The metrics that Mastodon provides: four counts of a post, and the number of followers.

A server counts only the reactions that it has received, so it misses some reactions on other servers. Source:
documentation of the methods "statuses" and "accounts" (2026-07-02). A Mastodon server before version 4.3 returns one
post at a time.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from minutehand.platforms.exchange import Exchange, Reply, bearer
from minutehand.platforms.mastodon.errors import ERRORS
from minutehand.platforms.metrics import (
    Found,
    Metric,
    MetricReader,
    Metrics,
    PublishedPost,
    listed,
    normalised,
    number,
    one_by_one,
)
from minutehand.platforms.port import Account
from minutehand.runtime.clock import Clock

if TYPE_CHECKING:
    import httpx

COUNTS = {
    "reactions": "favourites_count",
    "comments": "replies_count",
    "reposts": ("reblogs_count", "quotes_count"),
}
NOT_FOUND = 404


def read_posts(
    client: "httpx.Client", account: Account, posts: Sequence[PublishedPost], clock: Clock
) -> Iterator[Found]:
    """See `ReadPosts`. The author's token permits reading every post of the author, so a post that the response omits
    was deleted.
    """
    ids = [post.remote_id for post in posts]
    reply = _get(client, account, clock, "/api/v1/statuses", {"id[]": ids})
    if reply.status == NOT_FOUND:
        yield from one_by_one(posts, lambda post: _read_one(client, account, post, clock))
        return
    if not reply.ok:
        raise ERRORS.error(reply, account.token, clock.now(), what="the request for metrics")
    yield from listed(ids, reply.data, "id", _metrics, platform=ERRORS.platform)


def read_followers(client: "httpx.Client", account: Account, clock: Clock) -> Metric | None:
    """See `ReadFollowers`."""
    reply = _get(client, account, clock, "/api/v1/accounts/verify_credentials")
    if not reply.ok:
        raise ERRORS.error(reply, account.token, clock.now(), what="the request for the account")
    followers = number(reply.fields.get("followers_count"))
    return None if followers is None else Metric(followers, "followers_count")


def _read_one(client: "httpx.Client", account: Account, post: PublishedPost, clock: Clock) -> Metrics | None:
    reply = _get(client, account, clock, f"/api/v1/statuses/{post.remote_id}")
    if reply.status == NOT_FOUND and ERRORS.message(reply):
        return None
    if not reply.ok:
        raise ERRORS.error(reply, account.token, clock.now(), what="the request for metrics")
    return _metrics(reply.fields)


def _metrics(status: Mapping[str, Any]) -> Metrics:
    return normalised({name: value for name, value in status.items() if name.endswith("_count")}, COUNTS)


def _get(
    client: "httpx.Client", account: Account, clock: Clock, path: str, query: Mapping[str, list[str]] | None = None
) -> Reply:
    headers = bearer(account.token.get("access_token", ""), ERRORS.platform)
    request = client.build_request("GET", f"{account.base_url.rstrip('/')}{path}", params=query, headers=headers)
    return Exchange(client, ERRORS.platform).prepare(request, clock.now)


reader = MetricReader(read_posts, read_followers)
