"""Renders posts and jobs for API responses."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, NotRequired, TypedDict, cast
from uuid import UUID

from minutehand.events.rendering import event_data
from minutehand.platforms.api_warning import ApiWarning
from minutehand.platforms.catalog import PlatformKey
from minutehand.posts.publications import Publication, publication
from minutehand.posts.statuses import ApprovalStatus, AttemptEvent, PostStatus
from minutehand.posts.times import Notice, local
from minutehand.queue.job_state import JobState
from minutehand.runtime.response_types import Timestamp, Uuid
from minutehand.runtime.timestamps import format_timestamp

if TYPE_CHECKING:
    from minutehand.queue.jobs import Job


class Post(TypedDict):
    """A post with its publications."""

    # The OpenAPI document adds the fields that callers set, from minutehand.posts.forms.post.PostFields.
    id: Uuid
    status: PostStatus
    scheduledAt: Timestamp | None
    scheduledAtLocal: Timestamp | None
    postedAt: Timestamp | None
    approvalStatus: ApprovalStatus | None
    publishOnApproval: bool
    approvalBy: str | None
    approvalAt: Timestamp | None
    approvalComment: str | None
    failureReason: str | None
    ownerId: str
    createdBy: str
    createdAt: Timestamp
    updatedAt: Timestamp
    version: int
    publications: list[Publication]


class QueuedJob(TypedDict):
    """The job of a scheduled or queued post."""

    id: Uuid
    postId: Uuid
    scheduledAt: Timestamp
    platforms: list[PlatformKey]
    status: Literal["queued"]
    state: JobState


class SavedPost(TypedDict):
    """The new or changed post, with its job if the post is queued, and any warnings."""

    post: Post
    job: NotRequired[QueuedJob]
    warnings: NotRequired[list[ApiWarning]]


class HistoryEntry(TypedDict):
    """An event of a post: its time, its type, the id and the name of its actor, and its data."""

    at: Timestamp
    type: str
    actor: str
    actorName: str | None
    data: dict[str, Any]


class AttemptEntry(TypedDict):
    """An entry of the ledger: the beginning of a publish call, or an outcome."""

    at: Timestamp
    publicationId: Uuid
    jobId: Uuid
    platform: PlatformKey
    part: int
    attempt: int
    event: AttemptEvent
    code: str | None
    reason: str | None


class Metric(TypedDict):
    """One metric of a publication at one time. If the operator has imported the metric, its
    unit and its name on the platform are None.
    """

    at: Timestamp
    publicationId: Uuid
    platform: PlatformKey
    name: str
    value: float
    unit: str | None
    platformName: str | None


def post(row: dict[str, Any], publications: Iterable[dict[str, Any]] = ()) -> Post:
    """Return the fields of a post that the API shows, from its row and the rows of its publications."""
    scheduled_at = row["scheduled_at"]
    # After an edit has reset the approval, the earlier decision appears only in the history.
    decided = row["approval_status"] in ("approved", "rejected")
    given = cast("Post", fields(row))
    return {
        "id": str(row["id"]),
        **given,
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

    shown = {name: row[column] for column, name in FIELDS.items()}
    for name, value in shown.items():
        if (convert := _CONVERTED.get(type(value))) is not None:
            shown[name] = convert(value)
    return shown


def job(job: "Job") -> QueuedJob:
    """Return the fields of a job that the API shows. ``status`` is always "queued". ``state`` shows the progress."""
    return {
        "id": str(job.id),
        "postId": str(job.post_id),
        "scheduledAt": format_timestamp(job.scheduled_at),
        "platforms": list(job.platforms),
        "status": "queued",
        "state": job.state,
    }


def event(row: dict[str, Any]) -> HistoryEntry:
    """Return the fields of an event of a post that the API shows."""
    return {
        "at": format_timestamp(row["at"]),
        "type": row["type"],
        "actor": row["actor"],
        "actorName": row["actor_name"],
        "data": event_data(row["data"]),
    }


def attempt(row: dict[str, Any]) -> AttemptEntry:
    """Return the fields of an entry of the ledger that the API shows."""
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


def metric(row: dict[str, Any]) -> Metric:
    """Return one metric of a publication, such as its number of likes."""
    return {
        "at": format_timestamp(row["at"]),
        "publicationId": str(row["publication_id"]),
        "platform": row["platform"],
        "name": row["name"],
        "value": row["value"],
        "unit": row["unit"],
        "platformName": row["platform_name"],
    }


def with_warnings(saved: SavedPost, notices: Sequence[Notice]) -> SavedPost:
    """Return ``saved`` with ``notices`` as its ``warnings``, if there are any."""
    return {**saved, "warnings": [notice.rendered() for notice in notices]} if notices else saved


def _with_text_ids(items: list[object]) -> list[object]:
    return [str(item) if isinstance(item, UUID) else item for item in items]


_CONVERTED: Mapping[type, Callable[[Any], object]] = {datetime: format_timestamp, list: _with_text_ids}
"""The functions that convert values for JSON, keyed by the type of the value."""
