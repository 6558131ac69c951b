"""Locks one post of an owner until the transaction ends."""

from typing import Any
from uuid import UUID

from minutehand.queue.errors import post_not_found
from minutehand.runtime import sql
from minutehand.runtime.db import Database


def lock_post(db: Database, post_id: UUID, owner_id: str) -> dict[str, Any]:
    """Return the row of this owner's post, and lock it until the transaction ends.

    Raises:
        NotFound: this owner has no such post.
    """
    post = db.one(_queries["lock_post"], post_id=post_id, owner_id=owner_id)
    if post is None:
        raise post_not_found()
    return post


_queries = sql.load(__package__)
