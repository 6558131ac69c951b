"""Reads posts and their publications."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from minutehand.posts import rendering
from minutehand.queue.errors import post_not_found
from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.identity import Identity


def get(db: Database, reader: Identity, post_id: UUID) -> rendering.Post:
    """Return a post with its publications.

    Raises:
        NotFound: the owner has no such post.
    """
    return rendering.post(find(db, reader, post_id), publications(db, reader, [post_id]))


def find(db: Database, reader: Identity, post_id: UUID) -> dict[str, Any]:
    """Return the row of a post.

    Raises:
        NotFound: the owner has no such post.
    """
    row = db.one(_queries["find"], post_id=post_id, owner_id=reader.owner_id)
    if row is None:
        raise post_not_found()
    return row


def publications(db: Database, reader: Identity, post_ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Return the rows of these posts' publications, using one statement.

    The rows include all publications of the current job, and the published and unknown publications of earlier jobs.
    """
    return db.fetch(_queries["publications"], post_ids=list(post_ids), owner_id=reader.owner_id)


def with_publications(db: Database, reader: Identity, posts: list[dict[str, Any]]) -> list[rendering.Post]:
    """Return these posts with their publications, as the API shows them. ``posts``: their rows."""
    of_post = defaultdict(list)
    for row in publications(db, reader, [post["id"] for post in posts]) if posts else ():
        of_post[row["post_id"]].append(row)
    return [rendering.post(post, of_post[post["id"]]) for post in posts]


_queries = sql.load(__package__)
