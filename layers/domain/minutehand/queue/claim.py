"""Claims what falls due: scheduled posts become queued ones with publications, in one statement a batch."""

from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

from minutehand.queue.catch_up import paced
from minutehand.queue.outbox import Sendable
from minutehand.queue.policy import LATE_TOLERANCE, Policy
from minutehand.queue.settle import display_names_json, settle
from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.metrics import Metric, emit

BATCH = 500
"""Posts claimed by one statement."""
REST_OF_THREAD = timedelta(days=1)
"""How long after the part before it a later part of a thread may go out, however short the window of its post: a thread
that was begun is brought to its end. Not for ever, because a wait for a rate limit counts no attempt and may come again
and again, and what came days later would be no part of what people have read."""


def claim_due(
    db: Database, *, now: datetime, until: datetime, policy: Policy, post_id: UUID | None = None
) -> tuple[int, list[Sendable]]:
    """Queue a batch of posts due until ``until``, or the one post ``post_id`` when it is.

    Returns how many posts were claimed, and the publications to send once the transaction is over: those that want
    work until then. What is overdue gets a turn (see `pacing`), and later turns are for later ticks to send.
    """
    with db.transaction():
        rows = db.fetch(
            _queries["claim_due"],
            now=now,
            until=until,
            limit=BATCH,
            unconnected=policy.unconnected,
            window=policy.window_seconds,
            rest_of_thread=REST_OF_THREAD,
            overdue_since=now - LATE_TOLERANCE,
            post_id=post_id,
            names=display_names_json(),
        )
        claimed = {row["post_id"] for row in rows}
        queued = [row for row in rows if row["state"] == "queued"]
        settle(db, claimed - {row["post_id"] for row in queued}, now=now)
        to_send = paced(db, queued, now=now, until=until, policy=policy)
    refused = Counter(row["platform"] for row in rows if row["state"] == "failed")
    for platform, count in refused.items():
        emit(Metric.FAILED, count, Platform=platform)
    return len(claimed), to_send


_queries = sql.load(__package__)
