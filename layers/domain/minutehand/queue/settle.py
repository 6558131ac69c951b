"""Ends posts whose publications have all ended."""

import json
from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from minutehand.platforms.catalog import DISPLAY_NAMES
from minutehand.queue.outbox import Sendable
from minutehand.runtime import sql
from minutehand.runtime.db import Database


def lock_posts(db: Database, post_ids: Collection[UUID]) -> None:
    """Hold the rows of these posts until the transaction ends; to be called before their publications are ended."""
    db.fetch(_queries["lock_posts"], ids=sorted(post_ids))


def settle(db: Database, post_ids: Collection[UUID], *, now: datetime) -> list[Sendable]:
    """End each of these posts of which no publication is open any more, in the caller's transaction.

    ``published`` when every publication is, ``failed`` otherwise, with a reason that names the platforms. Returns the
    parts of threads whose turn has come by what was ended, to be sent once the transaction is over; if they are not,
    the tick sends them.
    """
    if not post_ids:
        return []
    waiting = [row["id"] for row in _settle(db, post_ids, now) if row["waiting"]]
    if not waiting:
        return []
    moved = db.fetch(_queries["release_parts"], ids=sorted(waiting), now=now)
    if broken := {row["post_id"] for row in moved if row["state"] == "failed"}:
        _settle(db, broken, now)
    return [Sendable.from_row(row) for row in moved if row["state"] == "queued"]


def _settle(db: Database, post_ids: Collection[UUID], now: datetime) -> list[dict[str, Any]]:
    return db.fetch(_queries["settle_posts"], ids=sorted(post_ids), names=display_names_json(), now=now)


@cache
def display_names_json() -> str:
    """Return the platforms' display names as a JSON object, for sentences that SQL composes."""
    return json.dumps(DISPLAY_NAMES)


_queries = sql.load(__package__)
