"""What should be out by now and is not: what the alarms about lateness stand on."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from minutehand.queue.grace import GRACE
from minutehand.runtime import sql
from minutehand.runtime.db import Database

LOOKED_AT = 10_000
"""How many open publications, and as many posts, are looked at. When more are late, at least these are counted."""


@dataclass(frozen=True, slots=True)
class Overdue:
    """How many publications and posts are late, and by how much the one that has waited longest."""

    count: int = 0
    age: timedelta = timedelta()


def overdue(db: Database, *, now: datetime) -> Overdue:
    """Count what should have gone out more than `GRACE` ago.

    Media that a platform is digesting are not late as long as it is asked about them in time, and neither is what a
    pause holds. What waits for a rate limit or for its turn in catching up is late.
    """
    row = db.one(_queries["overdue"], since=now - GRACE, limit=LOOKED_AT)
    if row is None or row["since"] is None:
        return Overdue()
    return Overdue(row["count"], now - row["since"])


_queries = sql.load(__package__)
