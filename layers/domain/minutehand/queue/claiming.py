"""Claims what falls due: scheduled posts become queued ones with publications, in one statement a batch."""

from collections import Counter
from datetime import datetime
from uuid import UUID

from minutehand.queue.grace import GRACE
from minutehand.queue.outbox import Sendable
from minutehand.queue.pacing import paced
from minutehand.queue.policy import Policy
from minutehand.queue.settling import display_names_json, settle
from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.metrics import Metric, emit

BATCH = 500
"""Posts claimed by one statement."""


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
            overdue_since=now - GRACE,
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
