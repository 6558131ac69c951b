"""How many jobs there are in each state, and how far behind the queue is."""

from datetime import datetime
from typing import Any

from minutehand.operations import rendering
from minutehand.queue.pauses import list_pauses
from minutehand.runtime import sql
from minutehand.runtime.db import Database

MAX_COUNT = 1_000
"""As far as is counted: more costs more with every post that was ever written, and changes no decision."""


def queue(db: Database, owner_id: str | None, *, now: datetime) -> dict[str, Any]:
    """Return the ``scope``, the ``counts`` of jobs by state and the ``pauses``, of one owner or (None) of all.

    ``capped`` names the counts that are capped: a capped count means that many, or more. ``oldestDueAgeSeconds`` says
    how far behind the queue is; it is None when nothing is due.
    """
    [counted] = db.fetch(_queries["job_counts"], owner_id=owner_id, limit=MAX_COUNT + 1)
    [oldest] = db.fetch(_queries["oldest_due"], owner_id=owner_id, now=now)
    due_at = oldest["due_at"]
    scope = {"scope": "all" if owner_id is None else "own"}
    return (
        scope
        | capped(counted)
        | {
            "oldestDueAgeSeconds": None if due_at is None else round((now - due_at).total_seconds(), 3),
            "pauses": [rendering.pause(row) for row in list_pauses(db, owner_id)],
        }
    )


def posts(db: Database) -> dict[str, Any]:
    """Return ``counts`` of everybody's posts by status, and which of them are ``capped``."""
    [counted] = db.fetch(_queries["status_counts"], limit=MAX_COUNT + 1)
    return capped(counted)


def capped(counted: dict[str, int]) -> dict[str, Any]:
    """Return ``counts`` that go no further than the cap, and the names of those that reach beyond it."""
    return {
        "counts": {name: min(count, MAX_COUNT) for name, count in counted.items()},
        "capped": [name for name, count in counted.items() if count > MAX_COUNT],
    }


_queries = sql.load(__package__)
