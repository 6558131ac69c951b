"""The sums of the newest metrics of an owner's publications, and the numbers of followers, in a period."""

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NotRequired, TypedDict

from minutehand.analytics.rendering import ConnectionProblem, problem
from minutehand.owners import settings
from minutehand.owners.periods import Period
from minutehand.platforms.catalog import PlatformKey
from minutehand.platforms.metric_names import SUMMABLE
from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.identity import Identity
from minutehand.runtime.response_types import Date, Timestamp, Uuid
from minutehand.runtime.timestamps import format_timestamp

if TYPE_CHECKING:
    from minutehand.analytics.forms import SumsQuery

MAX_GROUPS = 500
"""The maximum number of groups in a response. If there are more, those with the fewest publications are omitted."""
MAX_FOLLOWER_COUNTS = 10_000
"""The maximum number of follower counts in a response. Older counts are omitted."""


class MetricSum(TypedDict):
    """The sum of one metric. ``publications``: the number of publications whose platform returned the metric."""

    name: str
    value: float
    publications: int


class Sums(TypedDict):
    """The sums of the metrics of publications. ``measured``: the number of publications with metrics. ``deleted``: the
    number of publications that are no longer on their platform.
    """

    publications: int
    measured: int
    deleted: int
    asOf: Timestamp | None
    metrics: list[MetricSum]


class SumsOfPlatform(Sums):
    """The sums of the publications on one platform."""

    platform: PlatformKey


class SumsOfCampaign(Sums):
    """The sums of the publications of one campaign, or of the posts without a campaign if ``campaign`` is None."""

    campaign: str | None


class SumsOfDay(Sums):
    """The sums of the publications that were published on one day."""

    day: Date


class SumsOfConnection(Sums):
    """The sums of the publications on one connection."""

    connectionId: Uuid
    platform: PlatformKey


type Groups = list[SumsOfPlatform] | list[SumsOfCampaign] | list[SumsOfDay] | list[SumsOfConnection]


class FollowerCount(TypedDict):
    """The number of followers at the time ``at``."""

    at: Timestamp
    followers: int


class Followers(TypedDict):
    """The numbers of followers of a connection, in the order of their times."""

    connectionId: Uuid
    platform: PlatformKey
    platformName: str
    counts: list[FollowerCount]


_SumsFields = TypedDict(
    "_SumsFields",
    {
        "from": Date,
        "to": Date,
        "timezone": str,
        "asOf": Timestamp | None,
        "nextReadingAt": Timestamp | None,
        "total": Sums,
        "groups": NotRequired[Groups],
        "moreGroups": NotRequired[bool],
        "followers": list[Followers],
        "problems": list[ConnectionProblem],
    },
)
"""The fields of a `SumsReport`. A class cannot declare the field ``from``, because the name is a keyword of Python."""


class SumsReport(_SumsFields):
    """The sums and the numbers of followers of a period, and the problems of the connections."""


def report(db: Database, reader: Identity, query: "SumsQuery") -> SumsReport:
    """Return the sums of the newest metrics of the publications that were published in the period, the numbers of
    followers in the period, and the problems of the connections.

    Days begin at midnight in the given time zone or, by default, in the owner's. ``nextReadingAt`` is the time of the
    next reading of these publications.

    Raises:
        InvalidInput: ``to`` is not 1 to `minutehand.owners.periods.MAX_DAYS` days after ``from``.
    """
    timezone = query.timezone or settings.time_zone(db, reader.owner_id)
    period = Period.between(query.from_, query.to, timezone)
    filters = {
        "owner_id": reader.owner_id,
        "since": period.begins[0],
        "until": period.until,
        "platform": query.platform,
        "connection_id": query.connection_id,
    }
    total, *rows = db.fetch(
        _queries["sum_metrics"],
        **filters,
        campaign=query.campaign,
        days=period.begins,
        group_by=query.group_by,
        limit=MAX_GROUPS + 2,
    )
    shown: SumsReport = {
        "from": str(query.from_),
        "to": str(query.to),
        "timezone": timezone,
        "asOf": format_timestamp(total["as_of"]),
        "nextReadingAt": format_timestamp(total["next_reading"]),
        "total": _sums(total),
        "followers": _followers(db.fetch(_queries["list_followers"], **filters, limit=MAX_FOLLOWER_COUNTS)),
        "problems": _problems(db, reader, query),
    }
    if query.group_by is not None:
        shown["groups"] = _groups(rows[:MAX_GROUPS], query.group_by, period)
        shown["moreGroups"] = len(rows) > MAX_GROUPS
    return shown


def _groups(rows: list[dict[str, Any]], group_by: str, period: Period) -> Groups:
    """Return the groups: days in their order, the other groups by their number of publications, largest first."""
    match group_by:
        case "platform":
            return [SumsOfPlatform(platform=row["key"], **_sums(row)) for row in rows]
        case "connection":
            return [SumsOfConnection(connectionId=row["key"], platform=row["platform"], **_sums(row)) for row in rows]
        case "day":
            by_day = sorted((period.days[int(row["key"]) - 1], row) for row in rows)
            return [SumsOfDay(day=str(day), **_sums(row)) for day, row in by_day]
        case _:
            return [SumsOfCampaign(campaign=row["key"], **_sums(row)) for row in rows]


def _sums(row: Mapping[str, Any]) -> Sums:
    columns = zip(SUMMABLE, row["sums"], row["measurements"], strict=True)
    metrics: list[MetricSum] = [
        {"name": name, "value": value, "publications": publications}
        for name, value, publications in columns
        if publications
    ]
    return {
        "publications": row["publications"],
        "measured": row["measured"],
        "deleted": row["deleted"],
        "asOf": format_timestamp(row["as_of"]),
        "metrics": metrics,
    }


def _followers(rows: list[dict[str, Any]]) -> list[Followers]:
    by_connection = defaultdict(list)
    for row in rows:
        by_connection[str(row["connection_id"])].append(row)
    return [
        {
            "connectionId": connection_id,
            "platform": counted[-1]["platform"],
            "platformName": counted[-1]["name"],
            "counts": [{"at": format_timestamp(row["taken_at"]), "followers": row["followers"]} for row in counted],
        }
        for connection_id, counted in sorted(by_connection.items())
    ]


def _problems(db: Database, reader: Identity, query: "SumsQuery") -> list[ConnectionProblem]:
    rows = db.fetch(
        _queries["list_problems"],
        owner_id=reader.owner_id,
        platform=query.platform,
        connection_id=query.connection_id,
    )
    return [
        {
            **found,
            "connectionId": str(row["connection_id"]),
            "platform": row["platform"],
            "subject": row["subject"],
        }
        for row in rows
        if (found := problem(row)) is not None
    ]


_queries = sql.load(__package__)
