"""Plans the slots of overdue publications (catch-up), so that a connection publishes them one after another."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import Any, NamedTuple
from uuid import UUID

from minutehand.queue.policy import Policy
from minutehand.queue.sendable import Sendable
from minutehand.runtime import sql
from minutehand.runtime.db import Database

MAX_CALL_DELAY = timedelta(minutes=2)
"""The maximum time from a slot to the beginning of the publish call. If a message has not arrived after a minute, the
tick sends another one. An attempt that has to wait longer gets a new ``next_attempt_at``.
"""
MIN_WINDOW_LEFT = timedelta(seconds=1)
"""The minimum time from a slot, except the first one, to the end of the publication's window. The publish call begins
shortly after its slot.
"""
AFTER_WINDOW = timedelta(milliseconds=1)
"""The interval from the end of a window to the next attempt of a publication without a slot. In this attempt, the
publisher marks the publication as failed.
"""


class OverduePublication(NamedTuple):
    """A publication that needs a slot. ``expires_at``: the end of the publication's window, or None if the window has
    no end.
    """

    id: UUID
    expires_at: datetime | None


def assign_slots(
    db: Database, rows: Sequence[dict[str, Any]], *, now: datetime, until: datetime, policy: Policy
) -> set[UUID]:
    """Assign slots to the ``overdue`` publications in ``rows``. Prepare messages for the publications in ``rows``, and
    for those whose slots have moved, if their next attempts are due by ``until``.

    Returns the ids of the publications with a message. The messages are sent after the caller's transaction has
    committed.

    The slots of a connection are at least `Policy.spacing` apart, even if several ticks or callers planned them.
    `plan_slots` defines the order of the slots. If a slot lies after ``until``, a later tick sends the message.
    """
    queued = [row for row in rows if not row["overdue"]]
    overdue = [row["id"] for row in rows if row["overdue"]]
    if overdue:  # for example after an outage, a pause or a late approval
        with db.transaction():
            db.fetch(_queries["lock_slots"])
            known = db.fetch(_queries["list_slots"], ids=overdue, now=now, since=now - policy.spacing - MAX_CALL_DELAY)
            planned = dict(_plan(known, now, policy.spacing))
            moved = [row for row in known if row["id"] in planned and _moves(row, planned[row["id"]])]
            queued += db.fetch(
                _queries["assign_slots"],
                ids=[row["id"] for row in moved],
                seen=[row["next_attempt_at"] for row in moved],
                slots=[planned[row["id"]] for row in moved],
                now=now,
            )
    near = [Sendable.from_row(row) for row in queued if row["next_attempt_at"] <= until]
    db.defer(near)
    return {publication.id for publication in near}


def plan_slots(
    publications: Sequence[OverduePublication], *, first: datetime, spacing: timedelta
) -> dict[UUID, datetime]:
    """Return slots from ``first`` on that are ``spacing`` apart, keyed by the id of the publication.

    The slots follow the order of ``publications``, with one exception. A publication that would miss its window moves
    ahead, but only as far as necessary, and publications that can wait move back. As many publications as possible get
    a slot within their windows. If the slots do not suffice, earlier entries of ``publications`` take precedence, and
    the result omits later entries.
    """
    last = [_last_slot(publication, len(publications), first, spacing) for publication in publications]
    kept: list[int] = []  # a heap of the negated indexes of the publications that keep a slot, the last one on top
    for index in sorted(range(len(publications)), key=lambda index: last[index]):
        heappush(kept, -index)
        if len(kept) > last[index] + 1:
            heappop(kept)
    # Go from the last slot to the first. Assign each slot to the last of the publications that can wait for it.
    urgent = sorted((-index for index in kept), key=lambda index: last[index])
    patient: list[int] = []
    planned: dict[UUID, datetime] = {}
    for slot in reversed(range(len(kept))):
        while urgent and last[urgent[-1]] >= slot:
            heappush(patient, -urgent.pop())
        planned[publications[-heappop(patient)].id] = first + slot * spacing
    return planned


def _last_slot(publication: OverduePublication, count: int, first: datetime, spacing: timedelta) -> int:
    """Return the index of the last of ``count`` slots within the publication's window, or -1 if there is none."""
    if publication.expires_at is None:
        return count - 1
    if publication.expires_at <= first:
        return -1
    if not spacing:
        return count - 1
    return min(max((publication.expires_at - MIN_WINDOW_LEFT - first) // spacing, 0), count - 1)


def _plan(rows: Sequence[dict[str, Any]], now: datetime, spacing: timedelta) -> Iterator[tuple[UUID, datetime]]:
    """Yield the id of each publication in ``rows`` that waits for a slot, and the time of its next attempt.

    ``rows``: the result of `list_slots`. The time is the publication's slot or, if its window has no free slot, just
    after the window closes.
    """
    connections = defaultdict[tuple[Any, ...], list[dict[str, Any]]](list)
    for row in rows:
        connections[row["owner_id"], row["platform"], row["connection_id"]].append(row)
    for of_connection in connections.values():
        first = _first_slot(of_connection, now, spacing)
        waiting = [OverduePublication(row["id"], row["expires_at"]) for row in of_connection if row["began_at"] is None]
        planned = plan_slots(waiting, first=first, spacing=spacing)
        for publication in waiting:
            if publication.id in planned:
                yield publication.id, planned[publication.id]
            elif publication.expires_at is not None:
                yield publication.id, publication.expires_at + AFTER_WINDOW


def _first_slot(rows: Sequence[dict[str, Any]], now: datetime, spacing: timedelta) -> datetime:
    """Return the first slot of a connection's plan: now, or ``spacing`` after the last publish call if that is later.

    If the existing plan begins at almost the same time, return its first slot instead, because the last call always
    begins a little after its slot. With a new first slot, every planned publication would have to be updated and sent
    again.
    """
    if not spacing:
        return now
    begun: list[datetime] = []
    planned: list[datetime] = []
    for row in rows:
        time = row["began_at"] or row["next_attempt_at"]
        if not row["overdue"] and (row["expires_at"] is None or time <= row["expires_at"]):  # skip times without slots
            (planned if row["began_at"] is None else begun).append(time)
    first = max([now, *(time + spacing for time in begun)])
    existing = min(planned, default=first)
    return existing if abs(existing - first) <= spacing / 10 else first


def _moves(row: dict[str, Any], slot: datetime) -> bool:
    return bool(row["overdue"] or row["next_attempt_at"] != slot)


_queries = sql.load(__package__)
