"""`Ledger`, with which the publisher leases publications, arms publish calls and records outcomes in Postgres."""

import threading
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from minutehand.publishing.group_commit import GroupCommit
from minutehand.publishing.work import Outcome, Work
from minutehand.queue.finish import finish_posts, finishing
from minutehand.runtime import sql
from minutehand.runtime.clock import Clock
from minutehand.runtime.db import Database, as_json

MAX_DUE_PUBLICATIONS = 100
"""The maximum number of due publications, earliest first, from which `Ledger.list_due` chooses."""
MAX_DUE_OWNERS = 100
"""The maximum number of owners whose first due publication `Ledger.list_due` adds to the earliest ones."""

type Handles = Mapping[str, str]
type Ownership = Literal["free", "taken", "contested"]
"""Whether a post found on a platform can belong to a publication. ``free``: yes. ``taken``: no, because the post
belongs to another publication. ``contested``: another publish call on the connection is under way or in doubt, and the
post may belong to it.
"""


class Ledger:
    """Leases the publications of one batch, and records the progress and outcomes of their attempts.

    Its methods may be called from several threads. Concurrent calls of the same method (`save`, `arm` or
    `record`) share a statement.
    """

    def __init__(self, db: Database, clock: Clock, token: UUID) -> None:
        """Create a ledger for one batch. ``token``: identifies the leases of this batch."""
        self._db = db
        self._clock = clock
        self._token = token
        self._leased = 1
        self._reached = ""
        """The last owner whose publications `list_due` has read."""
        lock = threading.Lock()
        self._saves: GroupCommit[tuple[UUID, Handles], bool] = GroupCommit(lock, self._save)
        self._arms: GroupCommit[tuple[UUID, Handles], bool] = GroupCommit(lock, self._arm)
        self._records: GroupCommit[tuple[Work, Outcome], bool] = GroupCommit(lock, self._record)

    def lease(
        self, ids: Sequence[UUID], *, now: datetime, soon: datetime, until: datetime, crashed: bool = False
    ) -> list[Work]:
        """Lease the publications in ``ids`` that are ready by ``soon``. The lease lasts until ``until``.

        ``crashed``: whether to lease publications whose last publisher died. The caller leases each such publication
        alone, because it may have caused the crash.
        """
        rows = self._db.fetch(
            _queries["lease"], ids=list(ids), now=now, soon=soon, token=self._token, lease_until=until, crashed=crashed
        )
        self._leased = len(rows) or self._leased
        return [Work.from_row(row) for row in rows]

    def list_due(
        self, shares: Mapping[str, int], *, others_only: bool, since: datetime, soon: datetime, limit: int
    ) -> list[UUID]:
        """Return up to ``limit`` publications that no publisher has leased and that are due from ``since`` to ``soon``.

        The publications are selected fairly among the owners; see `Rotation`. Nothing is locked, so another publisher
        may lease these publications first. ``shares``: the owners that have recently used a thread; see
        `Rotation.shares`. ``others_only``: whether to omit the publications of these owners.
        """
        [row] = self._db.fetch(
            _queries["list_due"],
            owners=list(shares),
            in_hand=list(shares.values()),
            others_only=others_only,
            after=self._reached,
            since=since,
            soon=soon,
            limit=limit,
            max_publications=MAX_DUE_PUBLICATIONS,
            max_owners=MAX_DUE_OWNERS,
        )
        self._reached = row["reached"] or ""
        ids: list[UUID] = row["ids"]
        return ids

    def not_leased(
        self, ids: Sequence[UUID], *, now: datetime, soon: datetime
    ) -> tuple[dict[UUID, datetime], list[UUID]]:
        """Return the publications in ``ids`` that await a publisher; see the statement ``not_leased``.

        The first value maps publications to the times of their next attempts. The second value lists the other
        publications: those that are ready by ``soon`` and were left behind by a publisher that died.
        """
        rows = self._db.fetch(_queries["not_leased"], ids=list(ids), now=now, soon=soon)
        crashed = [row["id"] for row in rows if row["crashed"]]
        return {row["id"]: row["next_attempt_at"] for row in rows if not row["crashed"]}, crashed

    def ownership(self, publication_id: UUID, remote_id: str) -> Ownership:
        """Return whether the post ``remote_id`` on the platform can belong to this publication; see `Ownership`."""
        row = self._db.one(_queries["ownership"], id=publication_id, remote_id=remote_id)
        if row is None or row["taken"]:
            return "taken"
        return "contested" if row["contested"] else "free"

    def may_send(self, publication_id: UUID) -> bool:
        """Return whether a publish call in doubt may be repeated now."""
        now = self._clock.now()
        return self._db.one(_queries["may_send"], id=publication_id, token=self._token, now=now) is not None

    def save(self, publication_id: UUID, handles: Handles) -> bool:
        """Add ``handles`` to the checkpoint. Return False if the lease is lost."""
        return self._saves.submit((publication_id, handles), expected=self._leased)

    def arm(self, publication_id: UUID, handles: Handles) -> bool:
        """Record that the publish call begins. Return False if the call must not begin (see the statement ``arm``)."""
        return self._arms.submit((publication_id, handles), expected=self._leased)

    def record(self, work: Work, outcome: Outcome) -> bool:
        """Record ``outcome``, and end the post if all its publications have ended. Return False if the lease is
        lost.
        """
        return self._records.submit((work, outcome), expected=self._leased)

    def _save(self, items: Sequence[tuple[UUID, Handles]]) -> list[bool]:
        return self._write_handles("save", items)

    def _arm(self, items: Sequence[tuple[UUID, Handles]]) -> list[bool]:
        return self._write_handles("arm", items)

    def _write_handles(self, query: str, items: Sequence[tuple[UUID, Handles]]) -> list[bool]:
        rows = self._db.fetch(
            _queries[query],
            ids=[publication_id for publication_id, _ in items],
            handles=as_json([{"id": publication_id, "handles": dict(handles)} for publication_id, handles in items]),
            token=self._token,
            now=self._clock.now(),
        )
        done = {row["id"] for row in rows}
        return [publication_id in done for publication_id, _ in items]

    def _record(self, items: Sequence[tuple[Work, Outcome]]) -> list[bool]:
        now = self._clock.now()
        ended = {work.post_id for work, outcome in items if outcome.next_attempt_at is None}
        single = {work.post_id for work, outcome in items if work.only_publication and outcome.state == "published"}
        unfinished = ended - single
        parameters = {
            "now": now,
            "token": self._token,
            "ended": sorted(ended),
            "single": sorted(single),
            "ids": [work.id for work, _ in items],
            "outcomes": as_json([_columns(work, outcome) for work, outcome in items]),
        }
        if unfinished and any(work.has_parts for work, _ in items):
            with self._db.transaction():
                rows = self._db.fetch(_queries["record"], **parameters)
                finish_posts(self._db, unfinished, now=now)
        elif unfinished:
            rows, _ = self._db.fetch_together((_queries["record"], parameters), finishing(unfinished, now=now))
        else:
            rows = self._db.fetch(_queries["record"], **parameters)
        done = {row["id"] for row in rows}
        return [work.id in done for work, _ in items]


def _columns(work: Work, outcome: Outcome) -> dict[str, object]:
    return {
        "id": work.id,
        "event": outcome.event,
        "state": outcome.state,
        "attempts": outcome.attempts,
        "reconciliations": outcome.reconciliations,
        "armed": outcome.armed,
        "next_attempt_at": outcome.next_attempt_at,
        "reuse_message": outcome.reuse_message,
        "retrying_since": outcome.retrying_since,
        "remote_id": outcome.remote_id,
        "permalink": outcome.permalink,
        "code": outcome.code,
        "reason": outcome.reason,
    }


_queries = sql.load(__package__)
