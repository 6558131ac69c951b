"""Writes events about connections whose access ends soon."""

from datetime import datetime

from minutehand.connections.health import EXPIRING_WITHIN
from minutehand.runtime import sql
from minutehand.runtime.clock import Clock
from minutehand.runtime.db import Database

BATCH_SIZE = 500
"""The maximum number of connections for which one statement writes events."""


def note_expiring(db: Database, clock: Clock, *, deadline: datetime) -> int:
    """Write the event ``connection.expiring`` for each active connection whose access ends within `EXPIRING_WITHIN`.

    The event is written once for each time at which the access ends. The function works in batches until ``deadline``,
    and returns the number of events.
    """
    total = 0
    while (now := clock.now()) < deadline:
        [row] = db.fetch(_queries["note_expiring"], now=now, until=now + EXPIRING_WITHIN, limit=BATCH_SIZE)
        total += row["noted"]
        if row["noted"] < BATCH_SIZE:
            break
    return total


_queries = sql.load(__package__)
