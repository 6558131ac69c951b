"""Counts jobs by state and posts by status, and measures how far the queue is behind."""

from datetime import datetime
from typing import Any

from minutehand.operations import rendering
from minutehand.queue.pauses import list_pauses
from minutehand.runtime import sql
from minutehand.runtime.db import Database

MAX_COUNT = 1_000
"""The maximum count. Counts stop here, because an exact count of many posts is slow and not needed."""


def queue_statistics(db: Database, owner_id: str | None, *, now: datetime) -> dict[str, Any]:
    """Return the ``scope``, ``counts`` of jobs by state, and ``pauses`` of one owner or, for None, of all owners.

    ``capped``: the names of counts that stop at `MAX_COUNT`, so that the number may be larger. ``oldestDueAgeSeconds``:
    the time since the oldest open post became due, or None if no post is due.
    """
    [counted] = db.fetch(_queries["job_counts"], owner_id=owner_id, limit=MAX_COUNT + 1)
    [oldest] = db.fetch(_queries["oldest_due"], owner_id=owner_id, now=now)
    due_at = oldest["due_at"]
    return (
        {"scope": "all" if owner_id is None else "own"}
        | capped(counted)
        | {
            "oldestDueAgeSeconds": None if due_at is None else round((now - due_at).total_seconds(), 3),
            "pauses": [rendering.pause(row) for row in list_pauses(db, owner_id)],
        }
    )


def post_statistics(db: Database) -> dict[str, Any]:
    """Return ``counts`` of all owners' posts by status, and ``capped``, the names of limited counts."""
    [counted] = db.fetch(_queries["status_counts"], limit=MAX_COUNT + 1)
    return capped(counted)


def capped(counted: dict[str, int]) -> dict[str, Any]:
    """Return the counts, limited to `MAX_COUNT`, and the names of the limited counts."""
    return {
        "counts": {name: min(count, MAX_COUNT) for name, count in counted.items()},
        "capped": [name for name, count in counted.items() if count > MAX_COUNT],
    }


_queries = sql.load(__package__)
