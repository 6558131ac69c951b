"""Pauses. A pause holds all publications, or those of one platform, owner or campaign, until an operator ends it.

`minutehand.queue.release` ends pauses.
"""

from datetime import datetime
from typing import Any, Literal, NamedTuple

from minutehand.runtime import sql
from minutehand.runtime.db import Database

MAX_COUNT = 1_000
"""The maximum number of held publications, or of planned posts, that is counted. An exact count of many is slow and not
needed.
"""

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

    def filters(self) -> dict[str, str | None]:
        """Return the owner, the platform and the campaign of the scope as parameters of a statement. None: any."""
        return {
            "owner_id": self.target if self.scope == "owner" else self.owner_id or None,
            "platform": self.target if self.scope == "platform" else None,
            "campaign": self.target if self.scope == "campaign" else None,
        }


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
    """Return the pauses in force, with the numbers of publications that they hold, and of the posts of these
    publications.

    If ``owner_id`` is given, return only the pauses that can hold that owner's posts, and count only these posts.
    """
    return db.fetch(_queries["list_pauses"], owner_id=owner_id, limit=MAX_COUNT)


def count_planned(db: Database, scope: Scope) -> int:
    """Return the number of scheduled posts in ``scope``, which a pause holds when they become due."""
    [row] = db.fetch(_queries["count_planned"], **scope.filters(), limit=MAX_COUNT)
    planned: int = row["planned"]
    return planned


_queries = sql.load(__package__)
