"""Deletes posts permanently, and keeps their events."""

from datetime import datetime
from functools import partial
from typing import Any, Never
from uuid import UUID

from minutehand.posts.conflicts import with_taken_back, wrong_state
from minutehand.posts.reading import find
from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.errors import Conflict
from minutehand.runtime.identity import Identity

DELETABLE = ("draft", "scheduled", "failed")
"""The statuses in which the statement ``delete`` deletes a post. A queued post is first removed from the queue."""


def delete(db: Database, writer: Identity, post_id: UUID, *, now: datetime) -> None:
    """Delete a post permanently, but keep its events.

    Raises:
        NotFound: the owner has no such post.
        Conflict: the post is archived, its publishing has begun, or one of its publications is public or may be public.
    """
    remove = partial(
        db.one, _queries["delete"], post_id=post_id, owner_id=writer.owner_id, **writer.actor.columns(), now=now
    )
    with db.transaction():
        if remove() is None:
            from minutehand.queue import jobs  # imported late, because few deleted posts are queued

            if not jobs.take_back(db, post_id=post_id, owner_id=writer.owner_id, action="deleted", now=now):
                _refuse(find(db, writer, post_id))
            if remove() is None:
                _refuse(find(db, writer, post_id))


def _refuse(post: dict[str, Any]) -> Never:
    if post["status"] in DELETABLE:
        raise Conflict(
            "This post cannot be deleted: at least one of its publications is public or may be public.",
            code="partly_published",
        )
    raise wrong_state(post, "deleted", with_taken_back(DELETABLE))


_queries = sql.load(__package__)
