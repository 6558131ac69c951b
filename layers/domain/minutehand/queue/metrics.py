"""Metrics of the queue: what a tick did, and how much is overdue, which the alarms about lateness watch."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from minutehand.queue.policy import LATE_TOLERANCE
from minutehand.queue.tick import TickReport
from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.metrics import Metric, Metrics

LOOKED_AT = 10_000
"""How many open publications, and as many posts, are looked at. When more are late, at least these are counted."""


@dataclass(frozen=True, slots=True)
class Overdue:
    """How many publications and posts are late, and by how much the one that has waited longest."""

    count: int = 0
    age: timedelta = timedelta()


def overdue(db: Database, *, now: datetime) -> Overdue:
    """Count what should have gone out more than `LATE_TOLERANCE` ago.

    Media that a platform is digesting are not late as long as it is asked about them in time, and neither is what a
    pause holds. What waits for a rate limit or for its turn in catching up is late.
    """
    row = db.one(_queries["overdue"], since=now - LATE_TOLERANCE, limit=LOOKED_AT)
    if row is None or row["since"] is None:
        return Overdue()
    return Overdue(row["count"], now - row["since"])


def measure(metrics: Metrics, report: TickReport, late: Overdue, *, took: timedelta) -> None:
    """Add what a tick did. Only one that came to its end counts as a tick: the alarm is about those."""
    if report.finished:
        metrics.add(Metric.TICKS)
    metrics.add(Metric.TICK_DURATION, took / timedelta(milliseconds=1))
    metrics.add(Metric.CLAIMED, report.claimed)
    metrics.add(Metric.SENT, report.sent)
    metrics.add(Metric.RECOVERED, report.recovered)
    metrics.add(Metric.OVERDUE_COUNT, late.count)
    metrics.add(Metric.OVERDUE_AGE, late.age.total_seconds())


_queries = sql.load(__package__)
