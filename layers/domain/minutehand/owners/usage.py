"""The usage of an owner in a period: posts, publications, uploaded media, and reads for which a platform charges."""

from typing import TYPE_CHECKING, Any, NotRequired, TypedDict

from minutehand.owners import settings
from minutehand.owners.periods import Period
from minutehand.platforms.catalog import PlatformKey
from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.identity import Identity
from minutehand.runtime.response_types import Date

if TYPE_CHECKING:
    from minutehand.owners.forms import UsageQuery

OUTCOMES = ("published", "failed", "unknown")


class Outcomes(TypedDict):
    """The number of publications with each outcome."""

    published: int
    failed: int
    unknown: int


class Usage(TypedDict):
    """The usage in a period. ``posts``: the number of posts that have a publication in ``publications``."""

    posts: int
    publications: Outcomes
    mediaBytes: int
    paidReads: int


class UsageOfDay(Usage):
    """The usage on one day."""

    day: Date


class UsageOfPlatform(TypedDict):
    """The usage on one platform in a period."""

    platform: PlatformKey
    posts: int
    publications: Outcomes
    paidReads: int


_UsageFields = TypedDict(
    "_UsageFields",
    {
        "from": Date,
        "to": Date,
        "timezone": str,
        "total": Usage,
        "groups": NotRequired[list[UsageOfDay] | list[UsageOfPlatform]],
    },
)
"""The fields of a `UsageReport`. A class cannot declare the field ``from``."""


class UsageReport(_UsageFields):
    """The usage of an owner in a period, in total and by group."""


def report(db: Database, reader: Identity, query: "UsageQuery") -> UsageReport:
    """Return the ``total`` usage and, if the query has ``groupBy``, the usage of each of the ``groups``.

    Groups without usage are omitted. Days begin at midnight in the given time zone or, by default, in the owner's.
    The days of ``paidReads`` begin at midnight UTC, as X's billing days do.

    Raises:
        InvalidInput: ``to`` is not 1 to `minutehand.owners.periods.MAX_DAYS` days after ``from``.
    """
    timezone = query.timezone or settings.time_zone(db, reader.owner_id)
    period = Period.between(query.from_, query.to, timezone)
    instants = {"owner_id": reader.owner_id, "days": period.begins, "since": period.begins[0], "until": period.until}
    outcomes = db.fetch(_queries["usage_of_posts"], **instants, group_by=query.group_by)
    uploads = db.fetch(_queries["usage_of_media"], **instants, group_by=query.group_by)
    reads = db.fetch(
        _queries["usage_of_paid_reads"],
        owner_id=reader.owner_id,
        first=query.from_,
        end=query.to,
        group_by=query.group_by,
    )
    groups: dict[str | None, Usage] = {None: _usage()}
    for row in outcomes:
        groups[row["key"]] = _usage(row)
    for row in uploads:
        groups.setdefault(row["key"], _usage())["mediaBytes"] = row["bytes"]
    for row in reads:
        groups.setdefault(row["key"], _usage())["paidReads"] = row["reads"]
    shown: UsageReport = {
        "from": str(query.from_),
        "to": str(query.to),
        "timezone": timezone,
        "total": groups.pop(None),
    }
    if query.group_by == "day":
        by_day = {str(period.days[int(str(key)) - 1]): usage for key, usage in groups.items()}
        shown["groups"] = [UsageOfDay(day=day, **by_day[day]) for day in sorted(by_day)]
    elif query.group_by == "platform":
        by_platform = {str(key): usage for key, usage in groups.items()}
        shown["groups"] = [_of_platform(platform, by_platform[platform]) for platform in sorted(by_platform)]
    return shown


def _usage(row: dict[str, Any] | None = None) -> Usage:
    found = row or dict.fromkeys(("posts", *OUTCOMES), 0)
    outcomes: Outcomes = {
        "published": found["published"],
        "failed": found["failed"],
        "unknown": found["unknown"],
    }
    return {"posts": found["posts"], "publications": outcomes, "mediaBytes": 0, "paidReads": 0}


def _of_platform(platform: str, usage: Usage) -> UsageOfPlatform:
    """Return the usage of a platform, without media items, which belong to no platform."""
    return {
        "platform": platform,
        "posts": usage["posts"],
        "publications": usage["publications"],
        "paidReads": usage["paidReads"],
    }


_queries = sql.load(__package__)
