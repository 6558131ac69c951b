"""Reads the events of an owner. The order is stable: no new event appears before an event that was already returned.

The order of the ids is not stable, because an event with a lower id may be committed later. Therefore each call first
numbers the owner's committed events, and then reads the events in the order of their numbers. Writers of events never
wait for readers.
"""

from typing import Any, Final, TypedDict

from minutehand.events import rendering
from minutehand.events.forms import EventQuery
from minutehand.runtime import cursor, sql
from minutehand.runtime.db import Database
from minutehand.runtime.errors import Conflict, InvalidInput
from minutehand.runtime.identity import Identity
from minutehand.runtime.validation import invalid

LATEST: Final = "latest"
"""The value of ``after`` that stands for the end of the list."""
MAX_EVENTS = 1_000
"""The maximum number of events that one call numbers, and the maximum number of events that it then reads."""
MAX_CHARACTERS = 400_000
"""The maximum number of characters of the data of a page, so that the response stays below the 6 MB that Lambda
allows, even if each character takes 12 bytes. The last event may raise the total above this number.
"""


class EventPagination(TypedDict):
    """The size of a page of events, and the cursor of the next page."""

    take: int
    count: int
    nextCursor: str
    """The cursor from which the next call continues. The cursor is never null."""
    hasMore: bool
    """Whether an immediate call with ``nextCursor`` may return further events."""


class EventPage(TypedDict):
    """The events after the cursor, in order."""

    events: list[rendering.Event]
    pagination: EventPagination


def page(db: Database, reader: Identity, query: EventQuery) -> EventPage:
    """Return ``events`` after the cursor, in order, and ``pagination``. If ``after`` is "latest", ``events`` is empty.

    Raises:
        InvalidInput: the cursor is not valid for this owner.
        Conflict: events after the cursor have been deleted, or the cursor is ahead of the owner's last numbered event.
    """
    numbered: dict[str, Any] = {"owner_id": reader.owner_id, "max_events": MAX_EVENTS}
    if query.after == LATEST:
        [latest] = db.fetch_after(_queries["number"], _queries["latest"], **numbered)
        return _rendered(reader, query, [], latest["last"], more=latest["unnumbered"])
    after = _position(reader, query.after)
    rows = db.fetch_after(
        _queries["number"],
        _queries["list_after"],
        **numbered,
        after=after,
        types=query.wanted(),
        take=query.take,
        max_characters=MAX_CHARACTERS,
    )
    summary, shown = rows[0], [row for row in rows if row["id"] is not None]
    if query.after is not None:
        _require_following(after, summary)
    if len(shown) < summary["matching"]:
        return _rendered(reader, query, shown, shown[-1]["position"], more=True)
    reached = summary["last_scanned"] or after
    return _rendered(reader, query, shown, reached, more=summary["scanned"] == MAX_EVENTS)


def _rendered(
    reader: Identity, query: EventQuery, rows: list[dict[str, Any]], position: int, *, more: bool
) -> EventPage:
    pagination: EventPagination = {
        "take": query.take,
        "count": len(rows),
        "nextCursor": cursor.encode([position], _list_key(reader)),
        "hasMore": more,
    }
    return {"events": [rendering.event(row) for row in rows], "pagination": pagination}


def _position(reader: Identity, after: str | None) -> int:
    if after is None:
        return 0
    try:
        [position] = cursor.decode(after, _list_key(reader))
        return int(position)
    except (ValueError, TypeError):
        raise _not_valid(after) from None


def _list_key(reader: Identity) -> tuple[str, str]:
    return "events", reader.owner_id


def _require_following(after: int, summary: dict[str, Any]) -> None:
    """Raise `Conflict` unless the events that were read directly follow the position ``after``."""
    if after > summary["last"]:
        raise Conflict(
            "after names an event that is not in the database, perhaps because a backup was restored. Load your data "
            "again, and continue with after=latest.",
            code="cursor_ahead",
        )
    following = summary["first_scanned"] or summary["last"] + 1
    if following > after + 1:
        raise Conflict(
            "Events after this cursor have been deleted because of their age. Load your data again, and continue with "
            "after=latest.",
            code="cursor_expired",
        )


def _not_valid(after: str) -> InvalidInput:
    sentence = 'after is not valid. Use the nextCursor of an earlier response to the same owner, or "latest".'
    return invalid("after", sentence, given=after)


_queries = sql.load(__package__)
