"""Ends pauses, and queues the publications that they have held."""

from datetime import datetime

from minutehand.queue.catch_up import assign_slots
from minutehand.queue.claim import TICK_BATCH
from minutehand.queue.pauses import Scope
from minutehand.queue.policy import Policy
from minutehand.runtime import sql
from minutehand.runtime.db import Database


def resume(db: Database, scope: Scope, *, now: datetime, until: datetime, policy: Policy) -> int | None:
    """End a pause, and queue the publications that no other pause holds. Return the number of these publications that
    are due by ``until``, or None if there was no such pause.

    Overdue publications get catch-up slots. If this process dies, a tick queues the remaining publications.
    """
    if db.one(_queries["resume"], **scope.parameters()) is None:
        return None
    total = 0
    while True:
        released, near = release_held(db, now=now, until=until, policy=policy)
        total += near
        if released < TICK_BATCH:
            return total


def release_held(db: Database, *, now: datetime, until: datetime, policy: Policy) -> tuple[int, int]:
    """Queue a batch of held publications to which no pause applies.

    Returns the number of publications in the batch, and the number of them that are due by ``until``.
    """
    with db.transaction():  # otherwise a publisher could lease a publication before it has its slot
        rows = db.fetch(_queries["release_held"], now=now, limit=TICK_BATCH)
        near = assign_slots(db, rows, now=now, until=until, policy=policy)
        return len(rows), len(near & {row["id"] for row in rows})


_queries = sql.load(__package__)
