"""The metrics that X provides. X charges for reads of posts and accounts, but for the same post only once a UTC day.

The requests for posts do not include media and users, because X may charge for them too. The parameters have the names
that X used before 2026 and still documents. The number of reposts is read under its old and its new name. Source: API
v2, "Post lookup" and "Metrics" (2026-08-22).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from minutehand.platforms.identifiers import identifier
from minutehand.platforms.metrics import Found, Metric, MetricReader, Metrics, PublishedPost, normalised, number
from minutehand.platforms.port import Account, Transient
from minutehand.platforms.x.errors import ERRORS, PROBLEM
from minutehand.platforms.x.service import Service
from minutehand.runtime.clock import Clock

if TYPE_CHECKING:
    import httpx

    from minutehand.platforms.exchange import Reply

MAX_PRIVATE_AGE = timedelta(days=29, hours=23)
"""The age of a post from which private metrics are no longer requested. X provides them to the author for 30 days. The
limit is an hour shorter, because the call takes time.
"""
PUBLIC, PRIVATE = "public_metrics", "non_public_metrics"
GONE = "resource-not-found"


def read_posts(
    client: "httpx.Client", account: Account, posts: Sequence[PublishedPost], clock: Clock
) -> Iterator[Found]:
    """See `ReadPosts`. Under ``errors``, X lists the posts that it cannot find."""
    service, now = Service(client), clock.now()
    young = [post.remote_id for post in posts if now - post.published_at < MAX_PRIVATE_AGE]
    old = [post.remote_id for post in posts if post.remote_id not in young]
    for ids, fields in ((young, f"{PUBLIC},{PRIVATE}"), (old, PUBLIC)):
        if ids:
            reply = service.get("/tweets", account, clock, ids=",".join(ids), **{"tweet.fields": fields})
            yield from _found(ids, reply, account, clock)


def read_followers(client: "httpx.Client", account: Account, clock: Clock) -> Metric | None:
    """See `ReadFollowers`."""
    reply = Service(client).get("/users/me", account, clock, **{"user.fields": PUBLIC})
    if not reply.ok:
        raise ERRORS.error(reply, account.token, clock.now(), what="the request for the account")
    counts = _object(_object(reply.fields, "data"), PUBLIC)
    followers = number(counts.get("followers_count"))
    return None if followers is None else Metric(followers, "followers_count")


def _found(ids: Sequence[str], reply: "Reply", account: Account, clock: Clock) -> Iterator[Found]:
    gone = frozenset(_gone(reply.fields.get("errors")))
    if not reply.ok and not gone:
        raise ERRORS.error(reply, account.token, clock.now(), what="the request for metrics")
    shown = reply.fields.get("data", [] if gone else None)
    if not isinstance(shown, list):
        raise Transient("unexpected_answer", "X returned an unexpected list of posts.")
    by_id = {identifier(post.get("id")): post for post in shown if isinstance(post, Mapping)}
    for post_id in ids:
        if post_id in by_id:
            yield post_id, _metrics(by_id[post_id])
        elif post_id in gone:
            yield post_id, None


def _metrics(post: Mapping[str, Any]) -> Metrics:
    counts = {**_object(post, PRIVATE), **_object(post, PUBLIC)}
    return normalised(
        counts,
        {
            "impressions": "impression_count",
            "reactions": "like_count",
            "comments": "reply_count",
            "reposts": ("repost_count" if "repost_count" in counts else "retweet_count", "quote_count"),
            "saves": "bookmark_count",
            "clicks": "url_link_clicks",
        },
    )


def _gone(errors: object) -> Iterator[str]:
    """Yield the ids of the posts that X reports as not found."""
    for error in errors if isinstance(errors, list) else ():
        if not isinstance(error, Mapping):
            continue
        problem = PROBLEM.fullmatch(str(error.get("type")))
        post_id = identifier(error.get("resource_id") or error.get("value"))
        if problem is not None and problem[1] == GONE and post_id is not None:
            yield post_id


def _object(fields: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = fields.get(name)
    return value if isinstance(value, Mapping) else {}


reader = MetricReader(read_posts, read_followers)
