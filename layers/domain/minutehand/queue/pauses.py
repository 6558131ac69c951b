"""Pauses: what they name is held, and goes out when they are over."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from minutehand.queue.catch_up import paced
from minutehand.queue.claim import BATCH
from minutehand.queue.outbox import Sendable
from minutehand.queue.policy import Policy
from minutehand.runtime import sql
from minutehand.runtime.db import Database

type ScopeName = Literal["all", "platform", "owner", "campaign"]


@dataclass(frozen=True, slots=True)
class Scope:
    """What a pause is about. ``target``: which platform, owner or campaign; empty for ``all``.

    ``owner_id``: whose campaign; empty means of whoever has one of that name, and goes with every other scope.
    """

    scope: ScopeName
    target: str = ""
    owner_id: str = ""


def pause(db: Database, scope: Scope, *, reason: str, actor: str, now: datetime) -> int:
    """Hold all that ``scope`` names until it is resumed, and return how many publications are held by it at once.

    From when this returns no publish call of these begins: the publisher asks once more right before each call.
    Pausing again changes the reason.
    """
    # Two transactions: a call that did not see the pause has its row by the time that rows are held, and is waited for.
    db.fetch(_queries["pause"], **_named(scope), reason=reason, actor=actor, now=now)
    return len(db.fetch(_queries["hold_paused"], now=now))


def resume(db: Database, scope: Scope, *, now: datetime, until: datetime, policy: Policy) -> list[Sendable] | None:
    """End a pause and return what is to be sent until ``until``; None when there was no such pause.

    What the pause has made late goes out spaced, account by account, in the order of its time. What another pause
    holds too stays held. What is not released because this dies, the tick releases.
    """
    if db.one(_queries["resume"], **_named(scope)) is None:
        return None
    released: list[Sendable] = []
    while True:
        count, to_send = release_held(db, now=now, until=until, policy=policy)
        released += to_send
        if count < BATCH:
            return released


def release_held(db: Database, *, now: datetime, until: datetime, policy: Policy) -> tuple[int, list[Sendable]]:
    """Queue a batch of what is held by no pause any more; return how many, and what is to be sent until ``until``."""
    rows = db.fetch(_queries["release_held"], now=now, limit=BATCH)
    return len(rows), paced(db, rows, now=now, until=until, policy=policy)


def pauses(db: Database, owner_id: str | None = None) -> list[dict[str, Any]]:
    """Return the pauses there are; with ``owner_id``, those that concern that owner."""
    return db.fetch(_queries["pauses"], owner_id=owner_id)


def _named(scope: Scope) -> dict[str, str]:
    return {"scope": scope.scope, "target": scope.target, "owner_id": scope.owner_id}


_queries = sql.load(__package__)
