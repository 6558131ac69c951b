"""Reads one post with its history, attempts, metrics and connections."""

from collections.abc import Collection
from datetime import datetime
from typing import NotRequired, TypedDict
from uuid import UUID

from minutehand.connections.rendering import Connection, connection
from minutehand.posts import rendering
from minutehand.posts.destinations import destinations
from minutehand.posts.reading import find, publications
from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.identity import Identity

MAX_SHOWN = 500
"""The maximum number of events, attempts or metrics that one response shows. Older entries are omitted."""


class PostDetails(TypedDict):
    """One post, with the lists that `include` names."""

    post: rendering.Post
    history: NotRequired[list[rendering.HistoryEntry]]
    attempts: NotRequired[list[rendering.AttemptEntry]]
    metrics: NotRequired[list[rendering.Metric]]
    connections: NotRequired[list[Connection]]


def view(db: Database, reader: Identity, post_id: UUID, include: Collection[str], *, now: datetime) -> PostDetails:
    """Return ``post`` with its publications and the additional data that ``include`` lists.

    ``history`` contains the post's events. ``attempts`` and ``metrics`` contain the ledger entries and the metrics of
    the post's publications. Each list is in chronological order. ``connections`` contains the post's destinations.

    Raises:
        NotFound: the owner has no such post.
    """
    row = find(db, reader, post_id)
    rows = publications(db, reader, [post_id])
    filters = {"post_id": post_id, "owner_id": reader.owner_id, "limit": MAX_SHOWN}
    seen: PostDetails = {"post": rendering.post(row, rows)}
    if "history" in include:
        seen["history"] = [rendering.event(each) for each in reversed(db.fetch(_queries["history"], **filters))]
    if "attempts" in include:
        seen["attempts"] = [rendering.attempt(each) for each in reversed(db.fetch(_queries["attempts"], **filters))]
    if "metrics" in include:
        seen["metrics"] = [rendering.metric(each) for each in reversed(db.fetch(_queries["metrics"], **filters))]
    if "connections" in include:
        found = destinations(db, reader.owner_id, post_id, rows)
        seen["connections"] = [connection(each, now) for each in found]
    return seen


_queries = sql.load(__package__)
