"""Claims due posts: queues them in batches, and creates their publications."""

from collections import Counter
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from minutehand.queue.catch_up import assign_slots
from minutehand.queue.finish import display_names_json, finish_posts
from minutehand.queue.policy import LATE_TOLERANCE, Policy
from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.identity import is_test_owner
from minutehand.runtime.metrics import Metric, emit

TICK_BATCH = 500
"""The maximum number of posts or publications in one statement of a tick."""
MAX_BATCH_PUBLICATIONS = 2_500
"""The number of publications after which no further post is added to a batch of claimed posts. The publications of the
last post may raise the total above this number.
"""
MIN_PART_WINDOW = timedelta(days=1)
"""The minimum window of a later part. The window opens when the previous part is published.

A thread can therefore finish even if the post's own window is short. The window is limited because a rate limit does
not use up an attempt, and the waits could otherwise repeat forever. A part that is published days later no longer
belongs to the thread that people have read."""


class Batch(NamedTuple):
    """The result of one step of a tick. ``size``: the number of its posts or publications."""

    size: int
    more: bool
    """Whether there may be another batch."""


def claim_due(
    db: Database,
    *,
    now: datetime,
    until: datetime,
    policy: Policy,
    post_id: UUID | None = None,
    owner_id: str | None = None,
) -> Batch:
    """Claim a batch of the posts due by ``until``, of all owners. If ``post_id`` and ``owner_id`` are given, claim only
    that post of that owner.

    Returns the number of claimed posts, without test data, and whether there may be more posts. The messages of
    publications that are due by ``until`` are sent after the commit. Overdue publications get catch-up slots (see
    `assign_slots`). If a slot lies after ``until``, a later tick sends the message.
    """
    with db.transaction():
        rows = db.fetch(
            _queries["claim_due"],
            now=now,
            until=until,
            limit=TICK_BATCH,
            max_publications=MAX_BATCH_PUBLICATIONS,
            unconnected=policy.unconnected,
            window=policy.window_seconds,
            min_part_window=MIN_PART_WINDOW,
            overdue_since=now - LATE_TOLERANCE,
            post_id=post_id,
            owner_id=owner_id,
            names=display_names_json(),
        )
        claimed = {row["post_id"] for row in rows}
        live = [row for row in rows if not is_test_owner(row["owner_id"])]
        queued = [row for row in rows if row["state"] == "queued"]
        finish_posts(db, claimed - {row["post_id"] for row in queued}, now=now)
        assign_slots(db, queued, now=now, until=until, policy=policy)
    refused = Counter(row["platform"] for row in live if row["state"] == "failed")
    for platform, count in refused.items():
        emit(Metric.FAILED, count, Platform=platform)
    return Batch(len({row["post_id"] for row in live}), more=bool(rows) and rows[0]["more"])


_queries = sql.load(__package__)
