"""Announces that the access to an account ends soon and cannot be renewed."""

from datetime import datetime

from minutehand.connections.health import EXPIRING_WITHIN
from minutehand.runtime import sql
from minutehand.runtime.clock import Clock
from minutehand.runtime.db import Database

BATCH_SIZE = 500
"""The maximum number of connections for which one statement writes events."""


def note_expiring(db: Database, clock: Clock, *, deadline: datetime) -> int:
    """Write the event ``connection.expiring`` for each active connection whose access ends within `EXPIRING_WITHIN` and
    cannot be renewed.

    Each time of expiry is announced once. Works in batches until ``deadline``. Returns the number of events.
    """
    total = 0
    while (now := clock.now()) < deadline:
        [row] = db.fetch(_queries["note_expiring"], now=now, until=now + EXPIRING_WITHIN, limit=BATCH_SIZE)
        total += row["noted"]
        if row["noted"] < BATCH_SIZE:
            break
    return total


_queries = sql.load(__package__)
