"""Finishes posts: a post ends when the last of its publications has ended."""

import json
from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from minutehand.platforms.catalog import DISPLAY_NAMES
from minutehand.queue.sendable import Sendable
from minutehand.runtime import sql
from minutehand.runtime.actor import Actor
from minutehand.runtime.db import Database

PUBLISHER = Actor("publisher")
"""The actor of the events that `finish_posts` writes."""


def lock_posts(db: Database, post_ids: Collection[UUID]) -> None:
    """Lock these posts until the transaction ends. Call this function before ending the posts' publications."""
    db.fetch(_queries["lock_posts"], ids=sorted(post_ids))


def finish_posts(db: Database, post_ids: Collection[UUID], *, now: datetime) -> None:
    """End each of these queued posts that has no open publication left, in the caller's transaction.

    A post ends as ``published`` if at least one of its publications is published and the others were cancelled.
    Otherwise the post ends as ``failed``, with a reason that names the platforms. Later parts that can now be published
    are queued, and their messages are sent after the commit. If the caller does not send the messages, a tick sends
    them.
    """
    if not post_ids:
        return
    waiting = [row["id"] for row in _finish(db, post_ids, PUBLISHER, now) if row["waiting"]]
    if not waiting:
        return
    moved = db.fetch(_queries["release_parts"], ids=sorted(waiting), now=now)
    if broken := {row["post_id"] for row in moved if row["state"] == "failed"}:
        _finish(db, broken, PUBLISHER, now)
    db.defer([Sendable.from_row(row) for row in moved if row["state"] == "queued"])


def finishing(post_ids: Collection[UUID], *, now: datetime) -> tuple[sql.Query, dict[str, Any]]:
    """Return the statement that ends these posts as `finish_posts` does, with its parameters. The posts must not have
    parts that wait for an earlier part.
    """
    return _finishing(post_ids, PUBLISHER, now)


def update_failed_post(db: Database, post_id: UUID, actor: Actor, *, now: datetime) -> None:
    """Give a failed post the status and the reason that follow from its publications, which ``actor`` has changed.

    A post with another status is not changed. Call this function in the transaction of the change.
    """
    _finish(db, [post_id], actor, now, status="failed")


def _finish(
    db: Database, post_ids: Collection[UUID], actor: Actor, now: datetime, *, status: str = "queued"
) -> list[dict[str, Any]]:
    query, parameters = _finishing(post_ids, actor, now, status=status)
    return db.fetch(query, **parameters)


def _finishing(
    post_ids: Collection[UUID], actor: Actor, now: datetime, *, status: str = "queued"
) -> tuple[sql.Query, dict[str, Any]]:
    names = display_names_json()
    return _queries["finish_posts"], {
        "ids": sorted(post_ids),
        "status": status,
        "names": names,
        **actor.columns(),
        "now": now,
    }


@cache
def display_names_json() -> str:
    """Return the platforms' display names as a JSON object, for the sentences that SQL composes."""
    return json.dumps(DISPLAY_NAMES)


_queries = sql.load(__package__)
