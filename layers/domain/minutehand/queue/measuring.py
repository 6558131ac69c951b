"""What the metrics say of a tick."""

from datetime import timedelta

from minutehand.queue.overdue import Overdue
from minutehand.queue.tick import TickReport
from minutehand.runtime.metrics import Metric, Metrics


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
