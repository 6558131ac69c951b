"""The publisher's dealings with Postgres: take the lease, arm, record."""

import threading
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from psycopg.types.json import Jsonb

from minutehand.publishing.group_commit import GroupCommit
from minutehand.publishing.work import Outcome, Work
from minutehand.queue.outbox import Sendable
from minutehand.queue.settle import lock_posts, settle
from minutehand.runtime import sql
from minutehand.runtime.clock import Clock
from minutehand.runtime.db import Database

type Handles = Mapping[str, str]
type Claim = Literal["free", "taken", "contested"]
"""Whose a post can be that was found: this publication's; another's, which has it; or that of a call under way."""


class Ledger:
    """What one batch writes, under one lease. Called from several threads, which share statements."""

    def __init__(self, db: Database, clock: Clock, token: UUID) -> None:
        """``token`` names this batch's lease: nothing is written on publications that another one holds."""
        self._db = db
        self._clock = clock
        self._token = token
        self._company = 1
        self.released: list[Sendable] = []
        """Parts of threads whose turn came by what was recorded: to be sent."""
        turn = threading.Lock()
        self._saves = GroupCommit[tuple[UUID, Handles], bool](turn, self._save)
        self._arms = GroupCommit[tuple[UUID, Handles], bool](turn, self._arm)
        self._records = GroupCommit[tuple[Work, Outcome], bool](turn, self._record)

    def lease(
        self, ids: Sequence[UUID], *, now: datetime, soon: datetime, until: datetime, alone: bool = False
    ) -> list[Work]:
        """Take those of ``ids`` that are ready by ``soon``; they are ours until ``until``.

        ``alone``: there is one, and nothing else in hand, so that it may be one that a publisher died with.
        """
        rows = self._db.fetch(
            _queries["lease"], ids=list(ids), now=now, soon=soon, token=self._token, lease_until=until, alone=alone
        )
        self._company = len(rows)
        return [Work.from_row(row) for row in rows]

    def waiting(self, ids: Sequence[UUID], *, now: datetime, soon: datetime) -> tuple[dict[UUID, datetime], list[UUID]]:
        """Return those of ``ids`` that nobody works on, though they were not leased.

        First when they want work; then those that are ready by ``soon`` and that a publisher died with.
        """
        rows = self._db.fetch(_queries["waiting"], ids=list(ids), now=now, soon=soon)
        suspects = [row["id"] for row in rows if row["suspect"]]
        return {row["id"]: row["next_attempt_at"] for row in rows if not row["suspect"]}, suspects

    def claim_on(self, publication_id: UUID, remote_id: str) -> Claim:
        """Return whose the post ``remote_id``, found on the platform, can be: see `Claim`."""
        row = self._db.one(_queries["claim_on"], id=publication_id, remote_id=remote_id)
        if row is None or row["taken"]:
            return "taken"
        return "contested" if row["contested"] else "free"

    def may_send(self, publication_id: UUID) -> bool:
        """Say whether a publish call that was begun may be repeated now."""
        now = self._clock.now()
        return self._db.one(_queries["may_send"], id=publication_id, token=self._token, now=now) is not None

    def save(self, publication_id: UUID, handles: Handles) -> bool:
        """Add ``handles`` to the checkpoint; False when the publication is not ours any more."""
        return self._saves.submit((publication_id, handles), company=self._company)

    def arm(self, publication_id: UUID, handles: Handles) -> bool:
        """Record that the publish call begins; False when it must not: cancelled, taken over, or too early."""
        return self._arms.submit((publication_id, handles), company=self._company)

    def record(self, work: Work, outcome: Outcome) -> bool:
        """Record ``outcome`` and end the post if that was its last; False when it is not ours any more."""
        return self._records.submit((work, outcome), company=self._company)

    def _save(self, items: Sequence[tuple[UUID, Handles]]) -> list[bool]:
        return self._write_handles("save", items)

    def _arm(self, items: Sequence[tuple[UUID, Handles]]) -> list[bool]:
        return self._write_handles("arm", items)

    def _write_handles(self, query: str, items: Sequence[tuple[UUID, Handles]]) -> list[bool]:
        rows = self._db.fetch(
            _queries[query],
            ids=[publication_id for publication_id, _ in items],
            handles=[Jsonb(dict(handles)) for _, handles in items],
            token=self._token,
            now=self._clock.now(),
        )
        done = {row["id"] for row in rows}
        return [publication_id in done for publication_id, _ in items]

    def _record(self, items: Sequence[tuple[Work, Outcome]]) -> list[bool]:
        now = self._clock.now()
        over = {work.post_id for work, outcome in items if outcome.again_at is None}
        with self._db.transaction():
            if over:
                lock_posts(self._db, over)
            rows = self._db.fetch(_queries["record"], now=now, token=self._token, **_columns(items))
            released = settle(self._db, over, now=now)
        self.released += released
        done = {row["id"] for row in rows}
        return [work.id in done for work, _ in items]


def _columns(items: Sequence[tuple[Work, Outcome]]) -> dict[str, list[object]]:
    outcomes = [outcome for _, outcome in items]
    return {
        "ids": [work.id for work, _ in items],
        "events": [outcome.event for outcome in outcomes],
        "states": [outcome.state for outcome in outcomes],
        "attempts": [outcome.attempts for outcome in outcomes],
        "reconciliations": [outcome.reconciliations for outcome in outcomes],
        "armed": [outcome.armed for outcome in outcomes],
        "next_attempts_at": [outcome.again_at for outcome in outcomes],
        "on_their_way": [outcome.same_message for outcome in outcomes],
        "remote_ids": [outcome.remote_id for outcome in outcomes],
        "permalinks": [outcome.permalink for outcome in outcomes],
        "codes": [outcome.code for outcome in outcomes],
        "reasons": [outcome.reason for outcome in outcomes],
    }


_queries = sql.load(__package__)
