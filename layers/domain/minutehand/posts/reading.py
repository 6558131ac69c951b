"""Reads one post or a page of posts."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NotRequired, TypedDict
from uuid import UUID

from minutehand.connections.rendering import Connection, connection
from minutehand.posts import rendering
from minutehand.posts.destinations import destinations
from minutehand.posts.filters import list_key, parameters
from minutehand.queue.errors import post_not_found
from minutehand.runtime import sql
from minutehand.runtime.cursor import Cursor
from minutehand.runtime.db import Database
from minutehand.runtime.identity import Identity
from minutehand.runtime.pagination import Pagination, fetch_page
from minutehand.runtime.validation import invalid

if TYPE_CHECKING:  # Imported only by the function that validates requests with this model.
    from minutehand.posts.forms.list import PostFilters, PostOrder, PostQuery

MAX_FOUND = 2_000
"""The number of matching posts from which a search reads the list in its order until the page is full."""
MAX_SHOWN = 500
"""The maximum number of events, attempts or metrics that one response shows. Older entries are omitted."""


class PostDetails(TypedDict):
    """One post, with the lists that `include` names."""

    post: rendering.Post
    history: NotRequired[list[rendering.HistoryEntry]]
    attempts: NotRequired[list[rendering.AttemptEntry]]
    metrics: NotRequired[list[rendering.Metric]]
    connections: NotRequired[list[Connection]]


class PostPagination(Pagination):
    """The position of a page of posts."""

    skip: int
    """The number of posts that the request asked to skip."""


class PostPage(TypedDict):
    """A page of posts."""

    posts: list[rendering.Post]
    pagination: PostPagination


def get(db: Database, reader: Identity, post_id: UUID) -> rendering.Post:
    """Return a post with its publications.

    Raises:
        NotFound: the owner has no such post.
    """
    return rendering.post(find(db, reader, post_id), publications(db, reader, [post_id]))


def view(db: Database, reader: Identity, post_id: UUID, include: Collection[str], *, now: datetime) -> PostDetails:
    """Return ``post`` with its publications and the additional data that ``include`` lists.

    ``history`` contains the post's events, ``attempts`` contains the ledger of its publications, and ``metrics``
    contains the publications' measurements, each in chronological order. ``connections`` contains the post's
    destinations.

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


def page(db: Database, reader: Identity, query: "PostQuery") -> PostPage:
    """Return ``posts`` and ``pagination``. On the last page, ``nextCursor`` is None.

    Raises:
        InvalidInput: the cursor belongs to another list, both a cursor and skip are given, or the filters are invalid;
            see `parameters`.
    """
    if query.cursor is not None and query.skip:
        raise invalid(
            "skip",
            "Give either cursor or skip, not both: a cursor already marks where the page begins.",
            given=query.skip,
        )
    rows, pagination = find_matching(
        db, reader, query, order_by=query.order_by, take=query.take, cursor=query.cursor, skip=query.skip
    )
    return {"posts": with_publications(db, reader, rows), "pagination": {"skip": query.skip, **pagination}}


def find_matching(
    db: Database,
    reader: Identity,
    query: "PostFilters",
    *,
    order_by: "PostOrder",
    take: int,
    cursor: str | None = None,
    skip: int = 0,
) -> tuple[list[dict[str, Any]], Pagination]:
    """Return the rows of a page of the posts that match the filters of ``query``, and its ``pagination``.

    Raises:
        InvalidInput: the cursor belongs to another list, or the filters are invalid; see `parameters`.
    """
    filters = parameters(query)
    if filters["words"] is not None:
        statement = _queries[f"search_{order_by}"]
    elif filters["statuses"] is not None:
        statement = _queries[f"several_{order_by}"]
    else:
        statement = _queries[f"list_{order_by}"]
    return fetch_page(
        db,
        statement,
        list_key=(reader.owner_id, order_by, *list_key(filters)),
        cursor=cursor,
        take=take,
        sorted_by=("scheduled_at" if order_by == "scheduled" else "created_at", "id"),
        owner_id=reader.owner_id,
        skip=skip,
        max_found=MAX_FOUND,
        **filters,
    )


def cursor_after(reader: Identity, query: "PostFilters", order_by: "PostOrder", row: dict[str, Any]) -> str:
    """Return the cursor of the page after ``row`` in the list that `find_matching` returns."""
    at = row["scheduled_at" if order_by == "scheduled" else "created_at"]
    return Cursor(at, row["id"]).encode(reader.owner_id, order_by, *list_key(parameters(query)))


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

    The rows are all publications of the current job, and those of earlier jobs that may be public.
    """
    return db.fetch(_queries["publications"], post_ids=list(post_ids), owner_id=reader.owner_id)


def with_publications(db: Database, reader: Identity, posts: list[dict[str, Any]]) -> list[rendering.Post]:
    """Return these posts with their publications, as the API shows them. ``posts``: their rows."""
    of_post = defaultdict(list)
    for row in publications(db, reader, [post["id"] for post in posts]) if posts else ():
        of_post[row["post_id"]].append(row)
    return [rendering.post(post, of_post[post["id"]]) for post in posts]


_queries = sql.load(__package__)
