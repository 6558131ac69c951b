"""Renders publications for API responses."""

from datetime import timedelta
from typing import Any, TypedDict

from minutehand.platforms.catalog import PlatformKey
from minutehand.posts.statuses import PublicationState
from minutehand.runtime.response_types import Timestamp, Uuid
from minutehand.runtime.timestamps import format_timestamp


class Publication(TypedDict):
    """One post, or one part of it, on one connection."""

    id: Uuid
    platform: PlatformKey
    connectionId: Uuid | None
    part: int
    sandbox: bool
    state: PublicationState
    dueAt: Timestamp
    startedAt: Timestamp | None
    publishedAt: Timestamp | None
    latenessMs: int | None
    permalink: str | None
    remoteId: str | None
    attempts: int
    retryingSince: Timestamp | None
    failureCode: str | None
    failureReason: str | None


def publication(row: dict[str, Any]) -> Publication:
    """Return the fields of a publication that the API shows. The first ``part`` has the number 1.

    ``latenessMs`` is None until the first publish call begins. ``retryingSince`` is set only while the publication
    waits for a retry of its preparation; ``failureReason`` then describes the last error.
    """
    retrying = row["state"] == "queued" and row["failure_code"] is not None
    lateness = row["started_at"] and (row["started_at"] - row["due_at"]) // timedelta(milliseconds=1)
    return {
        "id": str(row["id"]),
        "platform": row["platform"],
        "connectionId": row["connection_id"] and str(row["connection_id"]),
        "part": row["part"],
        "sandbox": row["sandbox"],
        "state": row["state"],
        "dueAt": format_timestamp(row["due_at"]),
        "startedAt": format_timestamp(row["started_at"]),
        "publishedAt": format_timestamp(row["published_at"]),
        "latenessMs": lateness,
        "permalink": row["permalink"],
        "remoteId": row["remote_id"],
        "attempts": row["attempts"],
        "retryingSince": format_timestamp(row["retrying_since"]) if retrying else None,
        "failureCode": row["failure_code"],
        "failureReason": row["failure_reason"],
    }
