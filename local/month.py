"""The metrics of a post over a simulated month, on every platform.

The clocks of the functions cannot be set. Instead, the demonstration moves the times of the post into the past, in the
database and on the simulated platforms. During the month, one platform limits the calls, another one renames a metric,
the post is deleted on a third one, and one account has not granted the scope for metrics.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NamedTuple

import httpx

from local.progress import Progress
from minutehand.analytics.moments import MOMENTS
from minutehand.platforms.catalog import DISPLAY_NAMES
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query

LIMITED, RENAMED, DELETED, NARROW = "mastodon", "pinterest", "x", "threads"
"""The platform that limits the calls, the one that renames a metric, the one on which the post is deleted, and the one
whose account has not granted the scope for metrics.
"""
OLD_NAME, NEW_NAME = "clickthrough", "visit"
LIMIT = timedelta(minutes=30)
SECOND_READING = timedelta(minutes=16)
NOT_STORED = frozenset({"like_count", "comments_count", "favoriteCount"})
"""The numbers that are not stored: the fields of Instagram that repeat insights, and a count of YouTube that is always
0.
"""

_AGE = Query(
    "age", "SELECT clock_timestamp() - max(published_at) AS age FROM publication_metrics WHERE owner_id = %(owner)s"
)
_MAKE_OLDER = Query(
    "make_older",
    """WITH posts AS (
           UPDATE social_posts SET scheduled_at = scheduled_at - %(by)s, posted_at = posted_at - %(by)s
           WHERE owner_id = %(owner)s
       ), published AS (
           UPDATE publications SET due_at = due_at - %(by)s, published_at = published_at - %(by)s
           WHERE owner_id = %(owner)s
       ), newest AS (
           UPDATE publication_metrics
           SET published_at = published_at - %(by)s, due_at = due_at - %(by)s, taken_at = taken_at - %(by)s,
               missing_at = missing_at - %(by)s, deleted_at = deleted_at - %(by)s
           WHERE owner_id = %(owner)s
       ), snapshots AS (
           UPDATE metric_snapshots SET taken_at = taken_at - %(by)s WHERE owner_id = %(owner)s
       ), problems AS (
           UPDATE metric_problems SET since = since - %(by)s WHERE owner_id = %(owner)s
       ), readings AS (
           UPDATE follower_readings SET due_at = due_at - %(by)s WHERE owner_id = %(owner)s
       )
       UPDATE follower_counts SET taken_at = taken_at - %(by)s WHERE owner_id = %(owner)s""",
)


class Cell(NamedTuple):
    """The snapshot of a publication at a moment. ``read_after``: the age of the publication at the reading, in
    hours.
    """

    read_after: float
    metrics: Sequence[Mapping[str, Any]]

    def value(self, name: str) -> float | None:
        """Return the value of the metric ``name``, or None if the snapshot does not contain it."""
        return next((float(each["value"]) for each in self.metrics if each["name"] == name), None)


@dataclass
class Month:
    """The simulated month of one owner's posts.

    ``posts``: the ids of the posts on the simulator's timeline. ``collect``: a function that runs the collector.
    ``metrics``: a function that returns the publications in the response of ``posts/analytics``. ``delete``: a function
    that deletes the post on the platform `DELETED`, as a person can.
    """

    owner: str
    posts: Collection[str]
    simulator: httpx.Client
    db: Database
    collect: Callable[[], object]
    metrics: Callable[[], Sequence[Mapping[str, Any]]]
    delete: Callable[[], object]
    cells: dict[tuple[str, int], Cell] = field(default_factory=dict)
    """The snapshots, keyed by the id of the publication and the moment."""
    equal: int = 0
    """The number of stored values that equal the values of the simulator."""
    differences: list[str] = field(default_factory=list)
    deleted_after: float | None = None
    """The age of the post, in hours, at which it was marked as deleted."""

    def play(self) -> None:
        """Read the metrics at each moment of the month."""
        try:
            self._fault(LIMITED, "lookup", "rate_limit", seconds=LIMIT.total_seconds())
            self.read_after(1)
            self.read_after(1.1 + LIMIT / timedelta(hours=1))
            self._post("/metrics/names", {"platform": RENAMED, "name": OLD_NAME, "newName": NEW_NAME})
            for hours in (6, 24, 72):
                self.read_after(hours)
            self.delete()
            self.read_after(168)
            self.read_after(168 + SECOND_READING / timedelta(hours=1))
            self.read_after(720)
        finally:
            self.simulator.delete("/metrics/names", params={"platform": RENAMED}).raise_for_status()

    def read_after(self, hours: float) -> None:
        """Make the post ``hours`` old, run the collector, and compare the new snapshots with the platforms' numbers."""
        [row] = self.db.fetch(_AGE, owner=self.owner)
        by = timedelta(hours=hours) - row["age"]
        # Change the platforms first, because the change in the database makes the readings due.
        self._post("/metrics/age", {"posts": list(self.posts), "seconds": by.total_seconds()})
        self.db.fetch(_MAKE_OLDER, owner=self.owner, by=by)
        before = len(self._readings())
        self.collect()
        self._compare(hours, self._readings()[before:])

    def publications(self) -> list[Mapping[str, Any]]:
        """Return the publications with their newest metrics, in the order of their platforms."""
        order = list(DISPLAY_NAMES)
        return sorted(self.metrics(), key=lambda each: (order.index(each["platform"]), not each["snapshots"]))

    def _compare(self, hours: float, readings: Sequence[Mapping[str, Any]]) -> None:
        answered: dict[str, dict[str, int]] = {}
        for reading in readings:
            if reading["post"] in self.posts:
                answered.setdefault(reading["platform"], {}).update(reading["numbers"])
        for publication in self.metrics():
            key, platform = publication["publicationId"], publication["platform"]
            if publication["deletedAt"] is not None and self.deleted_after is None:
                self.deleted_after = hours
            for snapshot in publication["snapshots"]:
                if (key, snapshot["hours"]) not in self.cells:
                    self.cells[key, snapshot["hours"]] = Cell(hours, snapshot["metrics"])
                    found = differences(answered.get(platform, {}), snapshot["metrics"])
                    self.differences += [f"{DISPLAY_NAMES[platform]} after {hours:g} h: {each}" for each in found]
                    self.equal += len(snapshot["metrics"]) - len(found)

    def _readings(self) -> list[Mapping[str, Any]]:
        response = self.simulator.get("/metrics/readings").raise_for_status()
        readings: list[Mapping[str, Any]] = response.json()["readings"]
        return readings

    def _fault(self, platform: str, step: str, kind: str, **options: float) -> None:
        self._post("/faults", {"platform": platform, "step": step, "kind": kind, **options})

    def _post(self, path: str, body: Mapping[str, Any]) -> None:
        self.simulator.post(path, json=body).raise_for_status()


def differences(answered: Mapping[str, int], stored: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return a sentence for each difference between the stored metrics and the numbers that a platform returned.

    The keys of ``answered`` are the platform's own names of the metrics. A metric with several numbers, such as the
    number of each reaction, has the keys ``<name>.<key>`` and is stored as the sum of the numbers. If a stored value is
    the sum of several metrics, its ``platformName`` consists of their names, separated by ``+``.
    """
    found, kept = [], set()
    for metric in stored:
        names = metric["platformName"].split("+")
        parts = [each for name in names for each in answered if each == name or each.startswith(f"{name}.")]
        kept.update(parts)
        total = sum(answered[each] for each in parts)
        if not parts or metric["value"] != total:
            found.append(f"{metric['name']} is {metric['value']}, but the platform returned {total}")
    return found + [f"{name} is not stored" for name in answered if name not in kept | NOT_STORED]


def show(month: Month, progress: Progress) -> bool:
    """Print the course of the month, and return whether it is as expected."""
    progress.line("\n" + _row("Reactions after", [_age(moment) for moment in MOMENTS]))
    for publication in month.publications():
        cells = [_cell(month.cells.get((publication["publicationId"], moment)), moment) for moment in MOMENTS]
        progress.line(_row(DISPLAY_NAMES[publication["platform"]], cells))
    progress.line()
    results = expectations(month)
    for is_met, text in results:
        progress.line(f"  {'ok' if is_met else 'failed':<8}{text}")
    for difference in month.differences:
        progress.line(f"          {difference}")
    progress.line()
    return all(is_met for is_met, _ in results)


def expectations(month: Month) -> list[tuple[bool, str]]:
    """Return each expected result of the month as a sentence, and whether it was reached."""
    publications = month.publications()
    narrow = [each for each in publications if each["platform"] == NARROW and each["problem"] is not None]
    measured = {each["platform"]: each for each in publications if each not in narrow}

    def cell(platform: str, moment: int) -> Cell | None:
        return month.cells.get((measured[platform]["publicationId"], moment)) if platform in measured else None

    moments = {platform: [moment for moment in MOMENTS if cell(platform, moment)] for platform in DISPLAY_NAMES}
    expected = {platform: [*MOMENTS[:4]] if platform == DELETED else [*MOMENTS] for platform in DISPLAY_NAMES}
    late, last, first = cell(LIMITED, 1), cell(DELETED, 72), cell(RENAMED, 1)
    later = [cell(RENAMED, moment) for moment in MOMENTS[1:]]
    is_renamed = first is not None and first.value("clicks") is not None
    limited, renamed, deleted = (DISPLAY_NAMES[platform] for platform in (LIMITED, RENAMED, DELETED))
    deletion = f"The post was deleted on {deleted}. It was marked as deleted {_hours(month.deleted_after)} after the"
    return [
        (month.equal > 0 and not month.differences, f"{month.equal} stored numbers equal those of the platforms."),
        (moments == expected, "Each platform that shows the post has a snapshot of each moment."),
        (
            late is not None and late.read_after > 1,
            f"{limited} limited the calls at the first moment, and was read after {_hours(late and late.read_after)}.",
        ),
        (
            is_renamed and all(each and each.value(NEW_NAME) is not None for each in later),
            f"{renamed} renamed {OLD_NAME} to {NEW_NAME} after the first moment. The metric is kept as {NEW_NAME}.",
        ),
        (
            month.deleted_after is not None and last is not None and bool(measured[DELETED]["metrics"]),
            f"{deletion} publication, and its last numbers are kept.",
        ),
        (
            [each["problem"]["code"] for each in narrow] == ["scope_missing"],
            f"Without the scope: {narrow[0]['problem']['reason'] if narrow else 'no problem was recorded.'}",
        ),
    ]


def _row(name: str, cells: Sequence[str]) -> str:
    return f"  {name:<18}" + "".join(f"{cell:>12}" for cell in cells)


def _cell(cell: Cell | None, moment: int) -> str:
    if cell is None or (value := cell.value("reactions")) is None:
        return "-"
    return f"{value:.0f}" if cell.read_after == moment else f"{value:.0f} (late)"


def _age(moment: int) -> str:
    return f"{moment} h" if moment < 24 else f"{moment // 24} d"


def _hours(hours: float | None) -> str:
    return "never" if hours is None else f"{hours:.1f} h"
