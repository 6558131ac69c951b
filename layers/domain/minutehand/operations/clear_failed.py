"""Taking failures that are over out of the queue."""

from dataclasses import dataclass
from datetime import timedelta

from minutehand.operations.statistics import MAX_COUNT
from minutehand.queue.pauses import Scope
from minutehand.runtime import sql
from minutehand.runtime.clock import Clock
from minutehand.runtime.db import Database

BATCH_SIZE = 500
"""Jobs cleared by one statement, so that no lock is held for long."""
MAX_DURATION = timedelta(seconds=15)
"""For how long one call goes on."""


@dataclass(slots=True)
class Cleared:
    """How many jobs were cleared, how many were kept because something of them may be out, and whether all are done."""

    cleared: int = 0
    kept_unknown: int = 0
    complete: bool = True


def clear_failed(db: Database, clock: Clock, scope: Scope, *, days: int, actor: str) -> Cleared:
    """Clear the jobs in ``scope`` that failed longer ago than ``days`` days.

    Their posts stay, failed, with their reasons, and can be retried: what goes is the job. A job of which something
    may be out is kept until a person has looked, by retrying it.
    """
    begun = clock.now()
    chosen = {
        "before": begun - timedelta(days=days),
        "owner_id": scope.target if scope.scope == "owner" else scope.owner_id or None,
        "platform": scope.target if scope.scope == "platform" else None,
        "campaign": scope.target if scope.scope == "campaign" else None,
    }
    done = Cleared()
    while True:
        now = clock.now()
        if now >= begun + MAX_DURATION:
            done.complete = False
            break
        rows = db.fetch(_queries["clear_failed"], **chosen, actor=actor, limit=BATCH_SIZE, now=now)
        done.cleared += len(rows)
        if len(rows) < BATCH_SIZE:
            break
    [kept] = db.fetch(_queries["kept_unknown"], **chosen, limit=MAX_COUNT)
    done.kept_unknown = kept["kept"]
    return done


_queries = sql.load(__package__)
