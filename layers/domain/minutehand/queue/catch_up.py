"""Catching up: what is overdue goes out one after the other, account by account, and never all at once."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import Any
from uuid import UUID

from minutehand.queue.outbox import Sendable
from minutehand.queue.policy import Policy
from minutehand.runtime import sql
from minutehand.runtime.db import Database

CALLED_WITHIN = timedelta(minutes=2)
"""A call begins at most so long after its turn: a message that has not come after a minute is taken for lost, and what
a run cannot do goes on in another, at a moment of its own."""
ROOM = timedelta(seconds=1)
"""A turn begins so long before its window is over, or it is as good as none: its call begins a little later."""
OVER = timedelta(milliseconds=1)
"""So long after its window a publication without a turn is worked on, which ends it."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A publication that is to have a turn; ``expires_at``: when its window is over."""

    id: UUID
    expires_at: datetime | None


def paced(
    db: Database, rows: Sequence[dict[str, Any]], *, now: datetime, until: datetime, policy: Policy
) -> list[Sendable]:
    """Return what of these queued publications is to be sent until ``until``; give those that are ``late`` their turns.

    Turns are `Policy.spacing` apart on an account, whenever and by whomever they were planned; see `turns` for their
    order. What has a later turn than ``until`` is sent by the tick in whose horizon that falls.
    """
    to_send = [row for row in rows if not row["late"]]
    late = [row["id"] for row in rows if row["late"]]
    if late:  # seldom: only after an outage or a pause
        with db.transaction():
            db.fetch(_queries["pace_alone"])
            known = db.fetch(_queries["catching_up"], ids=late, now=now, since=now - policy.spacing - CALLED_WITHIN)
            planned = dict(_planned(known, now, policy.spacing))
            moved = [row for row in known if row["id"] in planned and _moves(row, planned[row["id"]])]
            to_send += db.fetch(
                _queries["pace"],
                ids=[row["id"] for row in moved],
                seen=[row["next_attempt_at"] for row in moved],
                turns=[planned[row["id"]] for row in moved],
                now=now,
            )
    return [Sendable.from_row(row) for row in to_send if row["next_attempt_at"] <= until]


def turns(waiting: Sequence[Waiting], *, first: datetime, spacing: timedelta) -> dict[UUID, datetime]:
    """Return when each has its turn, ``spacing`` apart from ``first`` on, in the order in which they are given.

    That order gives way where a window would be over before its turn: then it has a turn sooner, and no sooner than it
    must, at the cost of those that can wait. As many as can keep their windows keep them; where not all can, those
    given first do. What has no turn in its window is left out.
    """
    last = [_last_turn(each, len(waiting), first, spacing) for each in waiting]
    kept: list[int] = []  # a heap of the negative places of those that have a turn: on top who was given last
    for place in sorted(range(len(waiting)), key=lambda place: last[place]):
        heappush(kept, -place)
        if len(kept) > last[place] + 1:
            heappop(kept)
    # From the last turn to the first, each goes to whoever was given last of those that can wait for it.
    urgent = sorted((-place for place in kept), key=lambda place: last[place])
    patient: list[int] = []
    planned: dict[UUID, datetime] = {}
    for turn in reversed(range(len(kept))):
        while urgent and last[urgent[-1]] >= turn:
            heappush(patient, -urgent.pop())
        planned[waiting[-heappop(patient)].id] = first + turn * spacing
    return planned


def _last_turn(waiting: Waiting, count: int, first: datetime, spacing: timedelta) -> int:
    """Return the number of the last of ``count`` turns that ``waiting`` can have; -1 when it can have none."""
    if waiting.expires_at is None:
        return count - 1
    if waiting.expires_at <= first:
        return -1
    if not spacing:
        return count - 1
    return min(max((waiting.expires_at - ROOM - first) // spacing, 0), count - 1)


def _planned(rows: Sequence[dict[str, Any]], now: datetime, spacing: timedelta) -> Iterator[tuple[UUID, datetime]]:
    """Say of each that waits in these rows of `catching_up` when it is to be worked on."""
    accounts = defaultdict[tuple[Any, ...], list[dict[str, Any]]](list)
    for row in rows:
        accounts[row["owner_id"], row["platform"], row["connection_id"]].append(row)
    for of_account in accounts.values():
        first = _first_turn(of_account, now, spacing)
        waiting = [Waiting(row["id"], row["expires_at"]) for row in of_account if row["began_at"] is None]
        planned = turns(waiting, first=first, spacing=spacing)
        for each in waiting:
            if each.id in planned:
                yield each.id, planned[each.id]
            elif each.expires_at is not None:
                yield each.id, each.expires_at + OVER


def _first_turn(rows: Sequence[dict[str, Any]], now: datetime, spacing: timedelta) -> datetime:
    """Return when the next turn of an account is: ``spacing`` after the last, whoever planned that.

    Where that moves the plan that there is by next to nothing, because the last call began a little after its turn, the
    plan stays: otherwise all that is planned would be written and sent anew.
    """
    if not spacing:
        return now
    begun: list[datetime] = []
    planned: list[datetime] = []
    for row in rows:
        moment = row["began_at"] or row["next_attempt_at"]
        if not row["late"] and (row["expires_at"] is None or moment <= row["expires_at"]):  # else it has no turn
            (planned if row["began_at"] is None else begun).append(moment)
    first = max([now, *(moment + spacing for moment in begun)])
    there_is = min(planned, default=first)
    return there_is if abs(there_is - first) <= spacing / 10 else first


def _moves(row: dict[str, Any], moment: datetime) -> bool:
    return bool(row["late"] or row["next_attempt_at"] != moment)


_queries = sql.load(__package__)
