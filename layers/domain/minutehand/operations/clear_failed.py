"""Clears old failed jobs from the queue, except jobs with an unknown publication."""

from dataclasses import dataclass
from datetime import timedelta

from minutehand.operations.statistics import MAX_COUNT
from minutehand.queue.pauses import Scope
from minutehand.runtime import sql
from minutehand.runtime.actor import Actor
from minutehand.runtime.clock import Clock
from minutehand.runtime.db import Database

BATCH_SIZE = 500
"""The maximum number of jobs that one statement clears. A small batch holds its locks only briefly."""
MAX_DURATION = timedelta(seconds=15)
"""The time after which a call does not begin another batch."""


@dataclass(slots=True)
class ClearReport:
    """The number of cleared jobs, and the number of jobs that were kept because a publication is unknown. ``complete``
    is False if the time ran out, so that jobs may remain.
    """

    cleared: int = 0
    kept_unknown: int = 0
    complete: bool = True


def clear_failed(db: Database, clock: Clock, scope: Scope, *, days: int, actor: Actor) -> ClearReport:
    """Clear the jobs in ``scope`` that failed more than ``days`` days ago.

    The posts of the jobs stay failed, with their reasons, and can be retried. A job with an unknown publication is kept
    until a person has checked the platform.
    """
    started_at = clock.now()
    filters = scope.filters() | {"before": started_at - timedelta(days=days)}
    report = ClearReport()
    while True:
        now = clock.now()
        if now >= started_at + MAX_DURATION:
            report.complete = False
            break
        rows = db.fetch(_queries["clear_failed"], **filters, **actor.columns(), limit=BATCH_SIZE, now=now)
        report.cleared += len(rows)
        if len(rows) < BATCH_SIZE:
            break
    [kept] = db.fetch(_queries["kept_unknown"], **filters, limit=MAX_COUNT)
    report.kept_unknown = kept["kept"]
    return report


_queries = sql.load(__package__)
