"""Renders events for API responses."""

from datetime import datetime
from typing import Any

from minutehand.runtime.timestamps import format_timestamp


def event(row: dict[str, Any]) -> dict[str, object]:
    """Return an event. The id of an object that the event does not concern is None."""
    return {
        "id": str(row["id"]),
        "type": row["type"],
        "at": format_timestamp(row["at"]),
        "actor": row["actor"],
        "actorName": row["actor_name"],
        **{name: row[column] and str(row[column]) for column, name in _IDS.items()},
        "data": event_data(row["data"]),
    }


def event_data(data: dict[str, Any]) -> dict[str, Any]:
    """Return the data of an event with its times in the format of the API. Postgres stores times in JSON with an
    offset.
    """
    return {name: _shown(name, value) for name, value in data.items()}


def _shown(name: str, value: Any) -> Any:
    if name in _TIMES and isinstance(value, str):
        return format_timestamp(datetime.fromisoformat(value))
    return event_data(value) if name in ("old", "new") else value


_TIMES = ("scheduledAt", "expiresAt")


_IDS = {
    "post_id": "postId",
    "publication_id": "publicationId",
    "connection_id": "connectionId",
    "media_id": "mediaId",
}
