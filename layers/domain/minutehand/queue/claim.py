"""Claims due posts: queues them in batches, and creates their publications."""

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
"""The maximum number of posts or publications in one statement of a tick."""
MIN_PART_WINDOW = timedelta(days=1)
"""The minimum window of a later part of a thread. The window opens when the previous part is published.

A thread can therefore finish even if the post's own window is short. The window is limited because a rate limit does
not use up an attempt, and the waits could otherwise repeat forever. A part that is published days later no longer
belongs to the thread that people have read."""


def claim_due(
    db: Database,
    *,
    now: datetime,
    until: datetime,
    policy: Policy,
    post_id: UUID | None = None,
    owner_id: str | None = None,
) -> int:
    """Claim a batch of the posts due by ``until``, of all owners. If ``post_id`` and ``owner_id`` are given, claim only
    that post of that owner.

    Returns the number of claimed posts. Publications that are due by ``until`` are sent after the commit. Overdue
    publications get catch-up slots (see `assign_slots`). If a slot lies after ``until``, a later tick sends its
    publication.
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
            owner_id=owner_id,
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
