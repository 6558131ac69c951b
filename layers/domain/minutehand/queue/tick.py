"""The tick: claims due posts and sends the messages of their publications, every minute by default."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from minutehand.queue.catch_up import assign_slots
from minutehand.queue.claim import TICK_BATCH, Batch, claim_due
from minutehand.queue.outbox import Outbox
from minutehand.queue.policy import LATE_TOLERANCE, Policy
from minutehand.queue.release import release_held
from minutehand.queue.sendable import Sendable
from minutehand.runtime import sql
from minutehand.runtime.clock import Clock
from minutehand.runtime.db import Database
from minutehand.runtime.identity import is_test_owner
from minutehand.runtime.pruning import prune_requests

UNSENT_AFTER = timedelta(seconds=15)
"""The time after which a publication without a sent message is requeued. Sending takes about a second, so by then
the sender has failed or died.
"""
LOST_AFTER = timedelta(seconds=60)
"""The delay after which a message counts as lost. If the message was only late, the publication gets two messages,
which does no harm.
"""


@dataclass(slots=True)
class TickReport:
    """The results of a tick.

    ``claimed``: the number of claimed posts. ``sent``, ``unsent``: the number of publications whose messages SQS
    accepted or did not accept. ``recovered``: the number of requeued publications. ``finished``: whether all work was
    done in time. Test data counts only in ``unsent``.
    """

    claimed: int = 0
    sent: int = 0
    unsent: int = 0
    recovered: int = 0
    finished: bool = True


class Step(Protocol):
    """One step of a tick, for up to `TICK_BATCH` posts or publications."""

    def __call__(self, db: Database, *, now: datetime, until: datetime, policy: Policy) -> Batch:
        """Queue a batch. Return the size of the batch, and whether there may be another one. The messages of
        publications due by ``until`` are sent after the commit.
        """
        ...


def tick(
    db: Database, outbox: Outbox, clock: Clock, *, horizon: timedelta, policy: Policy, deadline: datetime
) -> TickReport:
    """Claim the posts due within ``horizon``, queue publications that are no longer held, requeue lost publications,
    and send the messages of the queued publications. Then delete expired data about earlier API requests.

    The tick works in batches until no work is left or ``deadline`` has passed. The next tick continues the work. The
    number of statements for a batch does not depend on its size.
    """
    report, taken = TickReport(), Counter[Step]()

    def send(publications: list[Sendable]) -> None:
        accepted = set(outbox.dispatch(db, publications, clock.now()))
        live = {publication.id for publication in publications if not is_test_owner(publication.owner_id)}
        report.sent += len(accepted & live)
        report.unsent += len(publications) - len(accepted)

    with db.after_commit(send):
        for step in (claim_due, _release_held, _requeue_lost):
            batch = Batch(0, more=True)
            while batch.more and report.finished:
                now = clock.now()
                if now >= deadline:
                    report.finished = False
                    break
                batch = step(db, now=now, until=now + horizon, policy=policy)
                taken[step] += batch.size
    report.claimed, report.recovered = taken[claim_due], taken[_requeue_lost]
    prune_requests(db, clock, deadline=deadline)
    return report


def _release_held(db: Database, *, now: datetime, until: datetime, policy: Policy) -> Batch:
    released, _ = release_held(db, now=now, until=until, policy=policy)
    return Batch(released, more=released == TICK_BATCH)


def _requeue_lost(db: Database, *, now: datetime, until: datetime, policy: Policy) -> Batch:
    rows = db.fetch(
        _queries["requeue_lost"],
        now=now,
        until=until,
        unsent_since=now - UNSENT_AFTER,
        lost_since=now - LOST_AFTER,
        overdue_since=now - LATE_TOLERANCE,
        limit=TICK_BATCH,
    )
    assign_slots(db, rows, now=now, until=until, policy=policy)
    live = [row for row in rows if not is_test_owner(row["owner_id"])]
    return Batch(len(live), more=len(rows) == TICK_BATCH)


_queries = sql.load(__package__)
