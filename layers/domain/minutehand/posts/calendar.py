"""Reads the posts of a period for a calendar."""

from typing import TYPE_CHECKING, Any, TypedDict

from minutehand.platforms.catalog import PlatformKey
from minutehand.posts.filters import list_key, parameters, require_short_period
from minutehand.posts.statuses import ApprovalStatus, PostStatus, PublicationState
from minutehand.posts.times import local
from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.identity import Identity
from minutehand.runtime.pagination import Pagination, fetch_page
from minutehand.runtime.response_types import Timestamp, Uuid
from minutehand.runtime.timestamps import format_timestamp

if TYPE_CHECKING:
    from minutehand.posts.forms.calendar import CalendarQuery

MAX_TEXT_CHARACTERS = 140


class CalendarEntry(TypedDict):
    """A post as a calendar shows it."""

    id: Uuid
    status: PostStatus
    scheduledAt: Timestamp
    scheduledAtLocal: Timestamp
    timezone: str
    platforms: list[PlatformKey]
    connectionIds: list[Uuid]
    """The connections that the post names. On a platform without one of these, it is published on the default one."""
    text: str
    """The first 140 characters of the content."""
    mediaCount: int
    thumbnailId: Uuid | None
    """The id of the first media item of the post's `mediaUrls` that has a thumbnail."""
    approvalStatus: ApprovalStatus | None
    failureCode: str | None
    """The failure code of one publication that failed or is `unknown`."""
    publicationStates: list[PublicationState]
    """The distinct states of the publications, in alphabetical order."""
    publicationConnectionIds: list[Uuid]
    """The distinct connections of the publications, in the order of their ids."""
    campaign: str | None
    version: int


class CalendarPage(TypedDict):
    """A page of the posts of a period."""

    entries: list[CalendarEntry]
    pagination: Pagination


def entries(db: Database, reader: Identity, query: "CalendarQuery") -> CalendarPage:
    """Return ``entries``, one page of posts in the order of their times, and ``pagination``.

    Raises:
        InvalidInput: the period is too long, the cursor is not valid for this list, or the filters are invalid; see
            `parameters`.
    """
    filters = parameters(query)
    require_short_period(filters["since"], filters["until"])
    rows, pagination = fetch_page(
        db,
        _queries["calendar"],
        list_key=(reader.owner_id, "calendar", *list_key(filters)),
        cursor=query.cursor,
        take=query.take,
        sorted_by=("scheduled_at", "id"),
        owner_id=reader.owner_id,
        max_characters=MAX_TEXT_CHARACTERS,
        **filters,
    )
    return {"entries": [entry(row) for row in rows], "pagination": pagination}


def entry(row: dict[str, Any]) -> CalendarEntry:
    """Return the fields of a post that a calendar shows. ``row``: a row of the statement ``calendar``."""
    return {
        "id": str(row["id"]),
        "status": row["status"],
        "scheduledAt": format_timestamp(row["scheduled_at"]),
        "scheduledAtLocal": local(row["scheduled_at"], row["timezone"]).isoformat(timespec="milliseconds"),
        "timezone": row["timezone"],
        "platforms": row["platforms"],
        "connectionIds": [str(connection) for connection in row["connection_ids"]],
        "text": row["text"],
        "mediaCount": row["media_count"],
        "thumbnailId": None if row["thumbnail_id"] is None else str(row["thumbnail_id"]),
        "approvalStatus": row["approval_status"],
        "failureCode": row["failure_code"],
        "publicationStates": row["states"],
        "publicationConnectionIds": [str(connection) for connection in row["published_on"]],
        "campaign": row["campaign"],
        "version": row["version"],
    }


_queries = sql.load(__package__)
