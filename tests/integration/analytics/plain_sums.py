"""A plain program that computes the sums of ``posts/analytics`` from records, in the simplest way."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from minutehand.runtime.timezones import time_zone

GROUPINGS = ("platform", "campaign", "day", "connection")
COUNTS = frozenset(
    {"impressions", "reach", "views", "reactions", "comments", "shares", "reposts", "saves", "clicks", "follows"}
)
"""The metrics that are added. Rates and metrics under the platforms' own names are not."""


@dataclass(frozen=True)
class Record:
    """A publication, as a plain program sees it. ``taken_at``: the time of the newest metrics."""

    owner: str
    platform: str
    campaign: str | None
    connection: str
    published_at: datetime
    taken_at: datetime | None
    deleted: bool
    metrics: Mapping[str, int]

    def day(self, zone: str) -> date:
        """Return the day of the publication in a time zone."""
        return self.published_at.astimezone(time_zone(zone)).date()

    def group(self, group_by: str, zone: str) -> str | None:
        """Return the name of the group to which the record belongs."""
        names = {
            "platform": self.platform,
            "campaign": self.campaign,
            "connection": self.connection,
            "day": str(self.day(zone)),
        }
        return names[group_by]


def chosen(records: Sequence[Record], owner: str, first: date, end: date, zone: str, **filters: str) -> list[Record]:
    """Return the records of an owner in a period that match the filters."""
    return [
        record
        for record in records
        if record.owner == owner
        and first <= record.day(zone) < end
        and all(getattr(record, name) == value for name, value in filters.items())
    ]


def sums(records: Sequence[Record]) -> dict[str, Any]:
    """Return the sums of records, in the form of `shown`."""
    added: dict[str, int] = defaultdict(int)
    having: dict[str, int] = defaultdict(int)
    for record in records:
        for name in COUNTS & record.metrics.keys():
            added[name] += record.metrics[name]
            having[name] += 1
    newest = max((record.taken_at for record in records if record.taken_at), default=None)
    return {
        "publications": len(records),
        "measured": sum(record.taken_at is not None for record in records),
        "deleted": sum(record.deleted for record in records),
        "asOf": None if newest is None else newest.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "metrics": {name: (added[name], having[name]) for name in added},
    }


def grouped_sums(records: Sequence[Record], group_by: str, zone: str) -> dict[str | None, dict[str, Any]]:
    """Return the sums of each group."""
    groups = defaultdict(list)
    for record in records:
        groups[record.group(group_by, zone)].append(record)
    return {key: sums(of_group) for key, of_group in groups.items()}


def shown(group: Any) -> dict[str, Any]:
    """Return a group of the response in the form of `sums`."""
    metrics = {each["name"]: (each["value"], each["publications"]) for each in group["metrics"]}
    return {name: group[name] for name in ("publications", "measured", "deleted", "asOf")} | {"metrics": metrics}


def shown_groups(response: Any, group_by: str) -> dict[str | None, dict[str, Any]]:
    """Return the groups of the response in the form of `grouped_sums`."""
    field = "connectionId" if group_by == "connection" else group_by
    return {group[field]: shown(group) for group in response["groups"]}
