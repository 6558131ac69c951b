"""Renders posts, publications and jobs for API responses."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from minutehand.events.rendering import event_data
from minutehand.posts.times import local
from minutehand.runtime.timestamps import format_timestamp

if TYPE_CHECKING:
    from minutehand.queue.jobs import Job


def post(row: dict[str, Any], publications: Iterable[dict[str, Any]] = ()) -> dict[str, object]:
    """Return the fields of a post that the API shows, from its row and the rows of its publications."""
    scheduled_at = row["scheduled_at"]
    # An earlier decision appears only in the history.
    decided = row["approval_status"] in ("approved", "rejected")
    return {
        "id": str(row["id"]),
        **fields(row),
        "status": row["status"],
        "scheduledAtLocal": scheduled_at and local(scheduled_at, row["timezone"]).isoformat(timespec="milliseconds"),
        "postedAt": format_timestamp(row["posted_at"]),
        "approvalStatus": row["approval_status"],
        "publishOnApproval": row["publish_on_approval"],
        "approvalBy": row["approval_by"] if decided else None,
        "approvalAt": format_timestamp(row["approval_at"]) if decided else None,
        "approvalComment": row["approval_comment"] if decided else None,
        "failureReason": row["failure_reason"],
        "ownerId": row["owner_id"],
        "createdBy": row["created_by"],
        "createdAt": format_timestamp(row["created_at"]),
        "updatedAt": format_timestamp(row["updated_at"]),
        "version": row["version"],
        "publications": [publication(each) for each in publications],
    }


def fields(row: Mapping[str, Any]) -> dict[str, object]:
    """Return the fields of a post that callers set, as the API shows them."""
    from minutehand.posts.forms.post import FIELDS  # imported late, because responses about jobs do not need the forms

    return {name: _shown(row[column]) for column, name in FIELDS.items()}


def publication(row: dict[str, Any]) -> dict[str, object]:
    """Return the fields of a publication that the API shows. The first ``part`` has the number 1.

    ``latenessMs`` is None until the first publish call begins. ``retryingSince`` is None unless the publication waits
    for a retry after a transient error before the publish call; ``failureReason`` then contains the last error.
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


def job(job: "Job") -> dict[str, object]:
    """Return the fields of a job that the API shows. ``status`` is always "queued". ``state`` shows the progress."""
    return {
        "id": str(job.id),
        "postId": str(job.post_id),
        "scheduledAt": format_timestamp(job.scheduled_at),
        "platforms": list(job.platforms),
        "status": "queued",
        "state": job.state,
    }


def event(row: dict[str, Any]) -> dict[str, object]:
    """Return an event of a post, with its time, type, actor and data."""
    return {
        "at": format_timestamp(row["at"]),
        "type": row["type"],
        "actor": row["actor"],
        "actorName": row["actor_name"],
        "data": event_data(row["data"]),
    }


def attempt(row: dict[str, Any]) -> dict[str, object]:
    """Return an entry of the ledger, which is the beginning of an attempt, or an outcome."""
    return {
        "at": format_timestamp(row["at"]),
        "publicationId": str(row["publication_id"]),
        "jobId": str(row["job_id"]),
        "platform": row["platform"],
        "part": row["part"],
        "attempt": row["attempt"],
        "event": row["event"],
        "code": row["code"],
        "reason": row["reason"],
    }


def metric(row: dict[str, Any]) -> dict[str, object]:
    """Return one measurement of a publication on its platform, such as its number of likes. An imported measurement
    has no unit and no name on the platform.
    """
    return {
        "at": format_timestamp(row["at"]),
        "publicationId": str(row["publication_id"]),
        "platform": row["platform"],
        "name": row["name"],
        "value": row["value"],
        "unit": row["unit"],
        "platformName": row["platform_name"],
    }


def _shown(value: object) -> object:
    """Return the value of a field as JSON shows it."""
    if isinstance(value, datetime):
        return format_timestamp(value)
    if isinstance(value, list):
        return [str(item) if isinstance(item, UUID) else item for item in value]
    return value
