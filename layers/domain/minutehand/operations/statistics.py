"""Counts jobs by state and posts by status, and measures how far the queue is behind."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, TypedDict, cast

from minutehand.operations.forms.queue_query import OwnerScope
from minutehand.operations.rendering.pauses import Pause, pause
from minutehand.queue.job_state import JobState
from minutehand.queue.pauses import list_pauses
from minutehand.runtime import sql
from minutehand.runtime.db import Database

MAX_COUNT = 1_000
"""The maximum count. A count stops at this number, because an exact count of many posts is slow and not needed."""


class QueueStatistics(TypedDict):
    """The counts of jobs by state, the delay of the oldest overdue post, and the pauses in force."""

    scope: OwnerScope
    counts: dict[JobState, int]
    """The number of jobs in each state, at most 1,000."""
    capped: list[JobState]
    """The states with more than 1,000 jobs."""
    oldestDueAgeSeconds: float | None
    pauses: list[Pause]


class PostCounts(TypedDict):
    """The numbers of approved scheduled posts, queued posts, published posts and failed posts with a job, of all
    owners. Each number is at most 1,000.
    """

    scheduled: int
    queued: int
    published: int
    failed: int


type CountedStatus = Literal["scheduled", "queued", "published", "failed"]


class PostStatistics(TypedDict):
    """The counts of posts by status, and the statuses whose counts are limited."""

    counts: PostCounts
    capped: list[CountedStatus]
    """The statuses with more than 1,000 posts."""


def queue_statistics(db: Database, owner_id: str | None, *, now: datetime) -> QueueStatistics:
    """Return ``scope``, the ``counts`` of jobs by state, and the ``pauses``. If ``owner_id`` is None, include all
    owners.

    ``capped``: the names of the counts that are limited to `MAX_COUNT`. The actual numbers are larger.
    ``oldestDueAgeSeconds``: the delay of the oldest overdue post in seconds, or None if no post is overdue.
    """
    [counted] = db.fetch(_queries["job_counts"], owner_id=owner_id, limit=MAX_COUNT + 1)
    [oldest] = db.fetch(_queries["oldest_due"], owner_id=owner_id, now=now)
    due_at = oldest["due_at"]
    return {
        "scope": "all" if owner_id is None else "own",
        "counts": cast("dict[JobState, int]", _limited(counted)),
        "capped": cast("list[JobState]", _capped(counted)),
        "oldestDueAgeSeconds": None if due_at is None else round((now - due_at).total_seconds(), 3),
        "pauses": [pause(row) for row in list_pauses(db, owner_id)],
    }


def post_statistics(db: Database) -> PostStatistics:
    """Return ``counts`` of all owners' posts by status, and ``capped``, the names of limited counts."""
    [counted] = db.fetch(_queries["status_counts"], limit=MAX_COUNT + 1)
    return {
        "counts": cast("PostCounts", _limited(counted)),
        "capped": cast("list[CountedStatus]", _capped(counted)),
    }


def _limited(counted: Mapping[str, int]) -> dict[str, int]:
    """Return the counts, limited to `MAX_COUNT`."""
    return {name: min(count, MAX_COUNT) for name, count in counted.items()}


def _capped(counted: Mapping[str, int]) -> list[str]:
    """Return the names of the counts that exceed `MAX_COUNT`."""
    return [name for name, count in counted.items() if count > MAX_COUNT]


_queries = sql.load(__package__)
