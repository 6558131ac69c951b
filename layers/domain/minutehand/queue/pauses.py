"""Pauses. A pause holds all publications, or those of one platform, owner or campaign, until an operator ends it.

`minutehand.queue.release` ends pauses.
"""

from datetime import datetime
from typing import Any, Literal, NamedTuple

from minutehand.runtime import sql
from minutehand.runtime.db import Database

type ScopeName = Literal["all", "platform", "owner", "campaign"]


class Scope(NamedTuple):
    """The scope of a pause. ``target``: the platform, owner or campaign; empty if ``scope`` is ``all``.

    ``owner_id``: the owner of the campaign; empty if the pause applies to every owner's campaigns of that name, or if
    ``scope`` is not ``campaign``.
    """

    scope: ScopeName
    target: str = ""
    owner_id: str = ""

    def parameters(self) -> dict[str, str]:
        """Return the scope as parameters of a statement."""
        return {"scope": self.scope, "target": self.target, "owner_id": self.owner_id}


def pause(db: Database, scope: Scope, *, reason: str, actor: str, now: datetime) -> int:
    """Hold the publications in ``scope`` until the pause is ended, and return the number of publications that this call
    has held.

    Once this function has returned, no publication in ``scope`` can be armed. The publisher also checks for pauses
    before it repeats a publish call in doubt. Pausing a paused scope replaces the reason and the actor.
    """
    # Two transactions: a publisher that did not see the pause has locked its publication before the second statement
    # runs, and the second statement waits for the lock.
    db.fetch(_queries["pause"], **scope.parameters(), reason=reason, actor=actor, now=now)
    [row] = db.fetch(_queries["hold_paused"], now=now)
    held: int = row["held"]
    return held


def list_pauses(db: Database, owner_id: str | None = None) -> list[dict[str, Any]]:
    """Return the pauses in force. If ``owner_id`` is given, return only the pauses that can hold that owner's posts."""
    return db.fetch(_queries["list_pauses"], owner_id=owner_id)


_queries = sql.load(__package__)
