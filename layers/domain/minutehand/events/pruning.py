"""Deletes old events and old entries of the ledger."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from minutehand.runtime import sql
from minutehand.runtime.clock import Clock
from minutehand.runtime.db import Database
from minutehand.runtime.pruning import prune

MAX_BATCHES = 10_000
"""The maximum number of batches of one call for each table. One call deletes up to ten million rows of a table."""


@dataclass(frozen=True, slots=True)
class Pruned:
    """The numbers of deleted events and entries of the ledger."""

    events: int
    attempts: int


def prune_history(db: Database, clock: Clock, *, days: int, deadline: datetime) -> Pruned:
    """Delete the events and the entries of the ledger that are more than ``days`` days old, in batches until
    ``deadline``. The next call deletes the remaining rows. Rows of the last seven days are never deleted.
    """
    before = clock.now() - timedelta(days=days)

    def pruned(name: str) -> int:
        return prune(db, _queries[name], clock, deadline=deadline, max_batches=MAX_BATCHES, before=before)

    return Pruned(events=pruned("prune_events"), attempts=pruned("prune_attempts"))


_queries = sql.load(__package__)
