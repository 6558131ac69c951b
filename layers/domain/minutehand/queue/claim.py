"""Claims due posts: scheduled posts become queued and get their publications, a batch with each statement."""

from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

from minutehand.queue.catch_up import assign_slots
from minutehand.queue.finish import display_names_json, finish_posts
from minutehand.queue.policy import LATE_TOLERANCE, Policy
from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.metrics import Metric, emit

TICK_BATCH = 500
"""Posts or publications that one statement of a tick takes."""
MIN_PART_WINDOW = timedelta(days=1)
"""The shortest window of a later part of a thread, which opens when the part before it is published.

It lets a thread finish even if the post's own window is short. It is limited because waits for rate limits count no
attempts and may repeat without end, and a part that follows days later no longer belongs to what people have read."""


def claim_due(db: Database, *, now: datetime, until: datetime, policy: Policy, post_id: UUID | None = None) -> int:
    """Queue a batch of the posts due by ``until``; with ``post_id``, only that post if it is due.

    Returns how many posts were claimed. The publications to send by ``until`` are deferred to the commit. Overdue
    publications get catch-up slots (see `assign_slots`); later ticks send those with later slots.
    """
    with db.transaction():
        rows = db.fetch(
            _queries["claim_due"],
            now=now,
            until=until,
            limit=TICK_BATCH,
            unconnected=policy.unconnected,
            window=policy.window_seconds,
            min_part_window=MIN_PART_WINDOW,
            overdue_since=now - LATE_TOLERANCE,
            post_id=post_id,
            names=display_names_json(),
        )
        claimed = {row["post_id"] for row in rows}
        queued = [row for row in rows if row["state"] == "queued"]
        finish_posts(db, claimed - {row["post_id"] for row in queued}, now=now)
        assign_slots(db, queued, now=now, until=until, policy=policy)
    refused = Counter(row["platform"] for row in rows if row["state"] == "failed")
    for platform, count in refused.items():
        emit(Metric.FAILED, count, Platform=platform)
    return len(claimed)


_queries = sql.load(__package__)
