"""Catching up: what is overdue goes out one after the other, account by account, and never all at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from minutehand.queue.outbox import Sendable
from minutehand.queue.policy import Policy
from minutehand.runtime import sql
from minutehand.runtime.db import Database


def paced(
    db: Database, rows: Sequence[dict[str, Any]], *, now: datetime, until: datetime, policy: Policy
) -> list[Sendable]:
    """Return what of these queued publications is to be sent until ``until``; give those that are ``late`` their turns.

    Turns are `Policy.spacing` apart on an account, in the order of the posts' times, whenever and by whomever they were
    planned. What has a later turn than ``until`` is sent by the tick in whose horizon that falls.
    """
    in_time = [row for row in rows if not row["late"]]
    late = [row["id"] for row in rows if row["late"]]
    if late:  # seldom: only after an outage or a pause
        with db.transaction():
            db.fetch(_queries["pace_alone"])
            in_time += db.fetch(_queries["pace"], ids=late, now=now, spacing=policy.spacing)
    return [Sendable.from_row(row) for row in in_time if row["next_attempt_at"] <= until]


_queries = sql.load(__package__)
