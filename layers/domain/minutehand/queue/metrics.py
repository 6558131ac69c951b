"""Metrics of the queue: the results of a tick, and the number of overdue publications and posts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from minutehand.queue.policy import LATE_TOLERANCE
from minutehand.queue.tick import TickReport
from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.metrics import Metric, Metrics

MAX_COUNTED = 10_000
"""The maximum number of open publications, and of posts, that `count_overdue` reads."""


@dataclass(frozen=True, slots=True)
class Overdue:
    """The number of overdue publications and posts, and the time since the oldest one was due."""

    count: int = 0
    age: timedelta = timedelta()

    def log_fields(self) -> dict[str, float]:
        """Return the fields for the log line of a tick."""
        return {"overdue": self.count, "overdue_seconds": self.age.total_seconds()}


def count_overdue(db: Database, *, now: datetime) -> Overdue:
    """Count the publications and posts that were due more than `LATE_TOLERANCE` ago.

    Publications that wait for a rate limit or a catch-up slot are counted. Held publications, waiting parts and test
    data are not counted. Publications in processing are counted only if their next attempt is late.
    """
    row = db.one(_queries["overdue"], since=now - LATE_TOLERANCE, limit=MAX_COUNTED)
    if row is None or row["since"] is None:
        return Overdue()
    return Overdue(row["count"], now - row["since"])


def add_tick_metrics(metrics: Metrics, report: TickReport, overdue: Overdue, *, took: timedelta) -> None:
    """Add the metrics of a tick. Count the tick only if it finished, because an alarm detects missing ticks."""
    if report.finished:
        metrics.add(Metric.TICKS)
    metrics.add(Metric.TICK_DURATION, took / timedelta(milliseconds=1))
    metrics.add(Metric.CLAIMED, report.claimed)
    metrics.add(Metric.SENT, report.sent)
    metrics.add(Metric.RECOVERED, report.recovered)
    metrics.add(Metric.OVERDUE_COUNT, overdue.count)
    metrics.add(Metric.OVERDUE_AGE, overdue.age.total_seconds())


_queries = sql.load(__package__)
