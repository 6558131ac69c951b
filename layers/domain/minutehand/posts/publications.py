"""Renders publications for the API, as a part of posts and of jobs."""

from datetime import datetime, timedelta
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
    nextAttemptAt: Timestamp | None
    failureCode: str | None
    failureReason: str | None


def publication(row: dict[str, Any]) -> Publication:
    """Return the fields of a publication that the API shows. The first ``part`` has the number 1.

    ``latenessMs`` is None until the first publish call begins. ``retryingSince`` is set only while the publication
    waits for a retry of its preparation; ``failureReason`` then describes the last error. ``nextAttemptAt`` is set only
    while the publication waits for its next attempt, at a time that an earlier attempt set.
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
        "nextAttemptAt": format_timestamp(_next_attempt(row)),
        "failureCode": row["failure_code"],
        "failureReason": row["failure_reason"],
    }


def _next_attempt(row: dict[str, Any]) -> datetime | None:
    at: datetime = row["next_attempt_at"]
    match row["state"]:
        case "queued":
            waits = row["failure_code"] is not None
        case "processing":
            waits = True
        case "publishing":  # in doubt: an attempt that is running has a lease that ends after its time
            waits = at > row["lease_until"]
        case _:
            waits = False
    return _rounded_up(at) if waits and at > row["due_at"] else None


def _rounded_up(instant: datetime) -> datetime:
    """Return ``instant``, or the next whole millisecond, because an attempt never begins before its time."""
    return instant + timedelta(microseconds=-instant.microsecond % 1_000)
