"""The metrics that LinkedIn provides: the statistics of an organisation's posts or of a member's post, and the number
of followers.

The statistics of a member's post belong to the product Community Management API, and require one call for each metric.
LinkedIn does not report whether a member's post still exists. Source: "Share Statistics", "Member Post Statistics" and
"Member Followers Statistics" (2026-03).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from minutehand.platforms.error_table import PERMISSION_MISSING
from minutehand.platforms.linkedin.errors import ERRORS, FORBIDDEN
from minutehand.platforms.linkedin.organisations import ORGANISATION
from minutehand.platforms.linkedin.rules import organisation_in
from minutehand.platforms.linkedin.service import Service, encoded
from minutehand.platforms.metrics import (
    FRACTION,
    Found,
    Metric,
    MetricReader,
    Metrics,
    PublishedPost,
    normalised,
    number,
    one_by_one,
)
from minutehand.platforms.port import Account, PublishError, Transient
from minutehand.runtime.clock import Clock

if TYPE_CHECKING:
    import httpx

    from minutehand.platforms.exchange import Reply

STATISTICS = {
    "impressions": "impressionCount",
    "reach": "uniqueImpressionsCount",
    "clicks": "clickCount",
    "reactions": "likeCount",
    "comments": "commentCount",
    "reposts": "shareCount",
    "engagementRate": "engagement",
}
MEMBER_METRICS = {
    "impressions": "IMPRESSION",
    "reach": "MEMBERS_REACHED",
    "reactions": "REACTION",
    "comments": "COMMENT",
    "reposts": "RESHARE",
}
SHARE, UGC_POST = "urn:li:share:", "urn:li:ugcPost:"


def read_posts(
    client: "httpx.Client", account: Account, posts: Sequence[PublishedPost], clock: Clock
) -> Iterator[Found]:
    """See `ReadPosts`."""
    service = Service(client)
    by_author: dict[str | None, list[PublishedPost]] = {}
    for post in posts:
        by_author.setdefault(_organisation(post.options, account), []).append(post)
    for organisation, of_author in by_author.items():
        if organisation is not None:
            yield from _organisation_posts(service, organisation, of_author, account, clock)
        else:
            yield from one_by_one(of_author, lambda post: _member_post(service, post, account, clock))


def read_followers(client: "httpx.Client", account: Account, clock: Clock) -> Metric | None:
    """See `ReadFollowers`."""
    service = Service(client)
    if ORGANISATION.fullmatch(account.account_id):
        path, query = f"/rest/networkSizes/{encoded(account.account_id)}", "edgeType=COMPANY_FOLLOWED_BY_MEMBER"
        name, reply = "firstDegreeSize", service.get(path, account, clock, query=query)
        fields = _fields(reply, account, clock)
    else:
        name, reply = "memberFollowersCount", service.get("/rest/memberFollowersCount", account, clock, query="q=me")
        elements = _elements(reply, account, clock)
        fields = elements[0] if elements else {}
    followers = number(fields.get(name))
    return None if followers is None else Metric(followers, name)


def _organisation(options: Mapping[str, Any], account: Account) -> str | None:
    """Return the URN of the organisation that is the author of a post, or None if the author is a member."""
    chosen = organisation_in(options)
    return chosen or (account.account_id if ORGANISATION.fullmatch(account.account_id) else None)


def _organisation_posts(
    service: Service, organisation: str, posts: Sequence[PublishedPost], account: Account, clock: Clock
) -> Iterator[Found]:
    """Read the statistics of ``posts`` in one call, and yield them. LinkedIn omits a post that nobody has seen yet."""
    lists = {
        "shares": [post.remote_id for post in posts if post.remote_id.startswith(SHARE)],
        "ugcPosts": [post.remote_id for post in posts if post.remote_id.startswith(UGC_POST)],
    }
    # The parentheses and commas of a list are not encoded.
    chosen = "".join(f"&{name}=List({','.join(map(encoded, urns))})" for name, urns in lists.items() if urns)
    if not chosen:
        return
    query = f"q=organizationalEntity&organizationalEntity={encoded(organisation)}{chosen}"
    path = "/rest/organizationalEntityShareStatistics"
    elements = _elements(service.get(path, account, clock, query=query, method="FINDER"), account, clock)
    by_urn = {str(element.get("share") or element.get("ugcPost")): element for element in elements}
    for urn in (*lists["shares"], *lists["ugcPosts"]):
        given = by_urn.get(urn, {}).get("totalShareStatistics")
        numbers = given if isinstance(given, Mapping) else {}
        yield urn, normalised(numbers, STATISTICS, {"engagement": FRACTION})


def _member_post(service: Service, post: PublishedPost, account: Account, clock: Clock) -> Metrics:
    kind = "share" if post.remote_id.startswith(SHARE) else "ugc"
    counts: dict[str, Any] = {}
    for metric in MEMBER_METRICS.values():
        query = f"q=entity&entity=({kind}:{encoded(post.remote_id)})&queryType={metric}&aggregation=TOTAL"
        reply = service.get("/rest/memberCreatorPostAnalytics", account, clock, query=query, method="FINDER")
        elements = _elements(reply, account, clock)
        if elements:
            counts[metric] = elements[0].get("count")
    return normalised(counts, MEMBER_METRICS)


def _elements(reply: "Reply", account: Account, clock: Clock) -> list[Mapping[str, Any]]:
    elements = _fields(reply, account, clock).get("elements")
    if not isinstance(elements, list):
        raise Transient("unexpected_answer", f"{ERRORS.platform} returned an unexpected response.")
    return [element for element in elements if isinstance(element, Mapping)]


def _fields(reply: "Reply", account: Account, clock: Clock) -> Mapping[str, Any]:
    if reply.ok:
        return reply.fields
    raise _error(reply, account, clock)


def _error(reply: "Reply", account: Account, clock: Clock) -> PublishError:
    if ERRORS.meaning(reply) is FORBIDDEN:
        return PERMISSION_MISSING.error(clock.now(), name=ERRORS.platform)
    return ERRORS.error(reply, account.token, clock.now(), what="the request for metrics", link="")


reader = MetricReader(read_posts, read_followers)
