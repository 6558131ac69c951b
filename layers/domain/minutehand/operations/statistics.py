"""The number of jobs by state, the number of posts by status, and how far behind the queue is."""

from datetime import datetime
from typing import Any

from minutehand.operations import rendering
from minutehand.queue.pauses import list_pauses
from minutehand.runtime import sql
from minutehand.runtime.db import Database

MAX_COUNT = 1_000
"""The largest count. Counting further would take longer with every post ever written, and would change no decision."""


def queue_statistics(db: Database, owner_id: str | None, *, now: datetime) -> dict[str, Any]:
    """Return the ``scope``, ``counts`` of jobs by state, and the ``pauses``, of one owner or (None) of all owners.

    ``capped``: the names of the counts that mean this many or more. ``oldestDueAgeSeconds``: how long the oldest open
    post has been due; None if nothing is due.
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
    """Return ``counts`` of the posts of all owners by status, and which of them are ``capped``."""
    [counted] = db.fetch(_queries["status_counts"], limit=MAX_COUNT + 1)
    return capped(counted)


def capped(counted: dict[str, int]) -> dict[str, Any]:
    """Return ``counts`` limited to `MAX_COUNT`, and the names of those that were limited."""
    return {
        "counts": {name: min(count, MAX_COUNT) for name, count in counted.items()},
        "capped": [name for name, count in counted.items() if count > MAX_COUNT],
    }


_queries = sql.load(__package__)
