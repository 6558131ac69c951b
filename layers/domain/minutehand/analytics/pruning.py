"""Deletes old metrics and old numbers of followers."""

from datetime import datetime, timedelta

from minutehand.runtime import sql
from minutehand.runtime.clock import Clock
from minutehand.runtime.db import Database
from minutehand.runtime.pruning import prune


def prune_metrics(db: Database, clock: Clock, *, days: int, deadline: datetime) -> int:
    """Delete the metrics of publications that were published more than ``days`` days ago, and the numbers of followers
    that were read more than ``days`` days ago, in batches until ``deadline``. The next call deletes the remaining rows.

    Returns the number of deleted rows, not counting snapshots.
    """
    before = clock.now() - timedelta(days=days)
    return sum(
        prune(db, _queries[name], clock, deadline=deadline, before=before)
        for name in ("prune_metrics", "prune_followers")
    )


_queries = sql.load(__package__)
