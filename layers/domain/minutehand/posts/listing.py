"""Lists posts in pages, with filters."""

from typing import TYPE_CHECKING, Any, TypedDict

from minutehand.posts import rendering
from minutehand.posts.filters import list_key, parameters
from minutehand.posts.reading import with_publications
from minutehand.runtime import sql
from minutehand.runtime.cursor import Cursor
from minutehand.runtime.db import Database
from minutehand.runtime.identity import Identity
from minutehand.runtime.pagination import Pagination, fetch_page
from minutehand.runtime.validation import invalid

if TYPE_CHECKING:
    from minutehand.posts.forms.filters import PostFilters, PostOrder
    from minutehand.posts.forms.list import PostQuery

MAX_FOUND = 2_000
"""If a search has at least this many candidates, the posts are read in the order of the list until the page is full."""


class PostPagination(Pagination):
    """The position of a page of posts, and the number of skipped posts."""

    skip: int
    """The number of posts that the request asked to skip."""


class PostPage(TypedDict):
    """A page of posts."""

    posts: list[rendering.Post]
    pagination: PostPagination


def page(db: Database, reader: Identity, query: "PostQuery") -> PostPage:
    """Return ``posts`` and ``pagination``. On the last page, ``nextCursor`` is None.

    Raises:
        InvalidInput: the cursor is not valid for this list, both a cursor and skip are given, or the filters are
            invalid; see `parameters`.
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
        InvalidInput: the cursor is not valid for this list, or the filters are invalid; see `parameters`.
    """
    filters = parameters(query)
    if filters["words"] is not None or filters["connection_id"] is not None:
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
        sorted_by=(_time_of(order_by), "id"),
        owner_id=reader.owner_id,
        skip=skip,
        max_found=MAX_FOUND,
        **filters,
    )


def cursor_after(reader: Identity, query: "PostFilters", order_by: "PostOrder", row: dict[str, Any]) -> str:
    """Return the cursor of the page after ``row`` in the list that `find_matching` returns."""
    return Cursor(row[_time_of(order_by)], row["id"]).encode(reader.owner_id, order_by, *list_key(parameters(query)))


def _time_of(order_by: "PostOrder") -> str:
    """Return the column with the time by which the list is sorted."""
    return "scheduled_at" if order_by in {"scheduled", "latest"} else "created_at"


_queries = sql.load(__package__)
