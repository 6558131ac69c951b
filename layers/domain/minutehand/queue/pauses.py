"""Pauses hold all publications, or those of one platform, owner or campaign, until an operator resumes them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from minutehand.queue.catch_up import assign_slots
from minutehand.queue.claim import TICK_BATCH
from minutehand.queue.policy import Policy
from minutehand.runtime import sql
from minutehand.runtime.db import Database

type ScopeName = Literal["all", "platform", "owner", "campaign"]


@dataclass(frozen=True, slots=True)
class Scope:
    """The scope of a pause. ``target``: the platform, owner or campaign; empty if ``scope`` is ``all``.

    ``owner_id``: the owner of the campaign, or empty if the pause applies to every owner's campaigns of that name.
    Always empty for the other scopes.
    """

    scope: ScopeName
    target: str = ""
    owner_id: str = ""


def pause(db: Database, scope: Scope, *, reason: str, actor: str, now: datetime) -> int:
    """Hold the publications in ``scope`` until the scope is resumed, and return the number of publications that this
    call has held.

    Once this function has returned, no publish call in ``scope`` begins, because the publisher checks for pauses right
    before each call. Pausing a paused scope replaces the reason.
    """
    # Two transactions: a publisher that did not see the pause has locked its publication before the second statement
    # runs, and the second statement waits for the lock.
    db.fetch(_queries["pause"], **_parameters(scope), reason=reason, actor=actor, now=now)
    [row] = db.fetch(_queries["hold_paused"], now=now)
    held: int = row["held"]
    return held


def resume(db: Database, scope: Scope, *, now: datetime, until: datetime, policy: Policy) -> int | None:
    """End a pause. Return the number of publications that are sent by ``until``, or None if there was no such pause.

    Overdue publications get catch-up slots. Publications that another pause also holds stay held. If this process dies,
    the tick releases the remaining publications.
    """
    if db.one(_queries["resume"], **_parameters(scope)) is None:
        return None
    total = 0
    while True:
        released, near = release_held(db, now=now, until=until, policy=policy)
        total += near
        if released < TICK_BATCH:
            return total


def release_held(db: Database, *, now: datetime, until: datetime, policy: Policy) -> tuple[int, int]:
    """Queue a batch of held publications to which no pause applies any longer.

    Returns the number of publications in the batch, and the number of them that are sent by ``until``.
    """
    with db.transaction():  # otherwise a publisher could lease a publication before it has its slot
        rows = db.fetch(_queries["release_held"], now=now, limit=TICK_BATCH)
        return len(rows), assign_slots(db, rows, now=now, until=until, policy=policy)


def list_pauses(db: Database, owner_id: str | None = None) -> list[dict[str, Any]]:
    """Return the pauses in force. If ``owner_id`` is given, return only the pauses that can hold that owner's posts."""
    return db.fetch(_queries["list_pauses"], owner_id=owner_id)


def _parameters(scope: Scope) -> dict[str, str]:
    return {"scope": scope.scope, "target": scope.target, "owner_id": scope.owner_id}


_queries = sql.load(__package__)
