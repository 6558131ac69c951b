"""Reads one page of a list, and returns the cursor of the next page."""

from collections.abc import Sequence
from typing import Any, TypedDict

from minutehand.runtime.cursor import Cursor
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query

type Rows = list[dict[str, Any]]


class Pagination(TypedDict):
    """The size of a page, and the cursor of the next page."""

    take: int
    """The requested maximum number of entries."""
    count: int
    """The number of entries on this page."""
    nextCursor: str | None
    """The `cursor` of the next page, or null on the last page."""


def fetch_page(
    db: Database,
    query: Query,
    *,
    list_key: Sequence[str | None],
    cursor: str | None,
    take: int,
    sorted_by: tuple[str, str],
    **parameters: Any,
) -> tuple[Rows, Pagination]:
    """Return the rows of one page, and its ``pagination``. On the last page, ``nextCursor`` is None.

    ``sorted_by``: the two columns by which ``query`` sorts its rows, a time and an id. The parameters ``after_at`` and
    ``after_id`` of ``query`` are the values of these columns in the last row before the page, or None on the first
    page. The parameter ``limit`` is the maximum number of rows. ``list_key``: the owner, order and filters of the list.

    Raises:
        InvalidInput: the cursor is not valid for this list.
    """
    after = Cursor.decode(cursor, *list_key) if cursor is not None else None
    rows = db.fetch(
        query,
        **parameters,
        after_at=after.at if after else None,
        after_id=after.id if after else None,
        limit=take + 1,  # one more than the page shows, to detect whether another page follows
    )
    shown, last = rows[:take], rows[take - 1] if len(rows) > take else None
    at, id_ = sorted_by
    next_cursor = Cursor(last[at], last[id_]).encode(*list_key) if last else None
    return shown, {"take": take, "count": len(shown), "nextCursor": next_cursor}
