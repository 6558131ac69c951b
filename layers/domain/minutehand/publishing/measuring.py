"""What the metrics say of a batch of publications."""

from collections.abc import Iterable
from datetime import timedelta

from minutehand.publishing.work import Outcome, Work
from minutehand.runtime.metrics import Metric, Metrics

_ENDS = {"published": Metric.PUBLISHED, "failed": Metric.FAILED, "unknown": Metric.UNKNOWN}


def measure(metrics: Metrics, outcomes: Iterable[tuple[Work, Outcome]]) -> None:
    """Add what came of each: the attempt by its outcome, its end if it was that, and how late what is out began."""
    for work, outcome in outcomes:
        metrics.add(Metric.ATTEMPTS, Platform=work.platform, Outcome=outcome.event)
        if end := _ENDS.get(outcome.state):
            metrics.add(end, Platform=work.platform)
        if (late := lateness_ms(work, outcome)) is not None:
            metrics.add(Metric.LATENESS, late)


def lateness_ms(work: Work, outcome: Outcome) -> float | None:
    """Return how long after its time, in ms, the first publish call began of what is out now; None for others.

    The later parts of a thread have no time of their own: they wait for the part before.
    """
    first = work.started_at or outcome.called_at
    if outcome.state != "published" or first is None or work.segment > 0:
        return None
    return (first - work.due_at) / timedelta(milliseconds=1)
