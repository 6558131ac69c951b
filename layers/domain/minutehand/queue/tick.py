"""The tick: what the scheduler does each minute. The minute hand moves, and what falls due is sent."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from minutehand.queue.catch_up import paced
from minutehand.queue.claim import BATCH, claim_due
from minutehand.queue.outbox import Outbox, Sendable
from minutehand.queue.pauses import release_held
from minutehand.queue.policy import LATE_TOLERANCE, Policy
from minutehand.runtime import sql
from minutehand.runtime.clock import Clock
from minutehand.runtime.db import Database

UNSENT_AFTER = timedelta(seconds=15)
"""A publication still unsent after this long was left behind by a sender that died: sending takes a second."""
LOST_AFTER = timedelta(seconds=60)
"""A message this long overdue is taken for lost. If it is not, it arrives twice, which does no harm."""


@dataclass(slots=True)
class TickReport:
    """What a tick did: posts claimed, publications sent, not sent and found lost, and whether it came to the end."""

    claimed: int = 0
    sent: int = 0
    unsent: int = 0
    recovered: int = 0
    finished: bool = True


class Take(Protocol):
    """Takes up to `BATCH` posts or publications in hand; returns how many, and what is to be sent until ``until``."""

    def __call__(self, db: Database, *, now: datetime, until: datetime, policy: Policy) -> tuple[int, list[Sendable]]:
        """Do it in one statement, whatever it finds."""
        ...


def tick(
    db: Database, outbox: Outbox, clock: Clock, *, horizon: timedelta, policy: Policy, deadline: datetime
) -> TickReport:
    """Claim and send all that falls due within ``horizon``, what no pause holds any more, and again what was lost.

    Works in batches until nothing is left or ``deadline`` has come; the next tick goes on from there. The number of
    statements a batch does not depend on how many posts it holds.
    """
    report, taken = TickReport(), Counter[Take]()
    for take in (claim_due, release_held, _take_lost):
        count = BATCH
        while count == BATCH and report.finished:
            now = clock.now()
            if now >= deadline:
                report.finished = False
                break
            count, to_send = take(db, now=now, until=now + horizon, policy=policy)
            taken[take] += count
            _send(db, outbox, to_send, now, report)
    report.claimed, report.recovered = taken[claim_due], taken[_take_lost]
    db.fetch(_queries["purge_idempotency_keys"], now=clock.now())
    return report


def _take_lost(db: Database, *, now: datetime, until: datetime, policy: Policy) -> tuple[int, list[Sendable]]:
    rows = db.fetch(
        _queries["take_lost"],
        now=now,
        until=until,
        unsent_since=now - UNSENT_AFTER,
        lost_since=now - LOST_AFTER,
        overdue_since=now - LATE_TOLERANCE,
        limit=BATCH,
    )
    return len(rows), paced(db, rows, now=now, until=until, policy=policy)


def _send(db: Database, outbox: Outbox, publications: list[Sendable], now: datetime, report: TickReport) -> None:
    if publications:
        sent = outbox.dispatch(db, publications, now)
        report.sent += sent
        report.unsent += len(publications) - sent


_queries = sql.load(__package__)
