"""Renders events for the API, with the times in their data in the format of the API."""

from datetime import datetime
from typing import Any, TypedDict

from minutehand.events.types import EventType
from minutehand.runtime.response_types import Timestamp, Uuid
from minutehand.runtime.timestamps import format_timestamp


class Event(TypedDict):
    """A change to a post, a publication, a connection, a media item or an API token."""

    id: str
    type: EventType
    at: Timestamp
    actor: str
    """The person or the component that made the change."""
    actorName: str | None
    postId: Uuid | None
    publicationId: Uuid | None
    connectionId: Uuid | None
    mediaId: Uuid | None
    data: dict[str, Any]
    """Further fields, which depend on the type."""


def event(row: dict[str, Any]) -> Event:
    """Return an event as the API shows it. The id of an object that the event does not concern is None."""
    return {
        "id": str(row["id"]),
        "type": row["type"],
        "at": format_timestamp(row["at"]),
        "actor": row["actor"],
        "actorName": row["actor_name"],
        "postId": row["post_id"] and str(row["post_id"]),
        "publicationId": row["publication_id"] and str(row["publication_id"]),
        "connectionId": row["connection_id"] and str(row["connection_id"]),
        "mediaId": row["media_id"] and str(row["media_id"]),
        "data": event_data(row["data"]),
    }


def event_data(data: dict[str, Any]) -> dict[str, Any]:
    """Return the data of an event with its times in the format of the API."""
    return {name: _shown(name, value) for name, value in data.items()}


def _shown(name: str, value: Any) -> Any:
    if name in _TIMES and isinstance(value, str):
        return format_timestamp(datetime.fromisoformat(value))
    return event_data(value) if name in ("old", "new") else value


_TIMES = ("scheduledAt", "expiresAt")
