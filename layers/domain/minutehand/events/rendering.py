"""Renders events for API responses."""

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
        "data": row["data"],
    }


_IDS = {
    "post_id": "postId",
    "publication_id": "publicationId",
    "connection_id": "connectionId",
    "media_id": "mediaId",
}
