"""Deletes expired rows in batches, so that no statement holds many locks or needs much memory."""

from datetime import datetime, timedelta
from typing import Any

from minutehand.runtime import sql
from minutehand.runtime.clock import Clock
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query

BATCH_SIZE = 1_000
"""The maximum number of rows that one statement deletes."""
MAX_BATCHES = 20
"""The default maximum number of batches of one call. One call then deletes up to 20,000 rows. At the default rate limit
(`ApiRateLimit`), the API accepts about 6,000 requests in a minute, and most requests add at most one row.
"""
COUNTS_KEPT_FOR = timedelta(minutes=5)
"""The age at which the counts of a minute are deleted. The margin allows for differences between clocks."""


def prune(
    db: Database,
    query: Query,
    clock: Clock,
    *,
    deadline: datetime,
    max_batches: int = MAX_BATCHES,
    **parameters: Any,
) -> int:
    """Delete rows until a batch is not full, ``max_batches`` batches are deleted, or ``deadline`` has passed.

    ``query`` deletes up to %(limit)s rows, and returns their number as ``deleted``. The next call deletes the remaining
    rows.

    Returns the number of deleted rows.
    """
    total = 0
    for _ in range(max_batches):
        if clock.now() >= deadline:
            break
        [row] = db.fetch(query, **parameters, limit=BATCH_SIZE)
        total += row["deleted"]
        if row["deleted"] < BATCH_SIZE:
            break
    return total


def prune_requests(db: Database, clock: Clock, *, deadline: datetime) -> None:
    """Delete the expired idempotency keys with their responses, and the counts of requests in old minutes."""
    now = clock.now()
    prune(db, _queries["prune_idempotency_keys"], clock, deadline=deadline, now=now)
    prune(db, _queries["prune_request_counts"], clock, deadline=deadline, before=now - COUNTS_KEPT_FOR)


_queries = sql.load(__package__)
