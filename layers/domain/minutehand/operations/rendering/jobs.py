"""Renders a job for the API, with the number of its attempts and its publications, but without the post's content."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypedDict

from minutehand.platforms.catalog import PlatformKey
from minutehand.posts.publications import Publication, publication
from minutehand.queue.job_state import JobState
from minutehand.runtime.response_types import Timestamp, Uuid
from minutehand.runtime.timestamps import format_timestamp


class Job(TypedDict):
    """A job: one scheduling of one post."""

    id: Uuid | None
    """The id, or null until `posts/schedule` or the claim of the post creates the job."""
    postId: Uuid
    ownerId: str
    state: JobState
    scheduledAt: Timestamp
    dueInSeconds: float
    """The number of seconds until the post's time, or 0 if the time has passed."""
    platforms: list[PlatformKey]
    attemptsMade: int
    """The highest number of attempts made for any of the publications."""
    attempts: int
    """The maximum number of attempts for each publication."""
    failedReason: str | None
    finishedAt: Timestamp | None
    publications: list[Publication]


def job(
    post: dict[str, Any], publications: Sequence[dict[str, Any]], state: JobState, now: datetime, attempts: int
) -> Job:
    """Return a job, without the content of its post, from the rows of the post and its publications.

    ``attempts``: the maximum number of attempts at a publish call.
    """
    return {
        "id": post["job_id"] and str(post["job_id"]),
        "postId": str(post["id"]),
        "ownerId": post["owner_id"],
        "state": state,
        "scheduledAt": format_timestamp(post["scheduled_at"]),
        "dueInSeconds": max(0.0, round((post["scheduled_at"] - now).total_seconds(), 3)),
        "platforms": post["platforms"],
        "attemptsMade": max((row["attempts"] for row in publications), default=0),
        "attempts": attempts,
        "failedReason": post["failure_reason"],
        "finishedAt": _finished_at(post),
        "publications": [publication(row) for row in publications],
    }


def _finished_at(post: dict[str, Any]) -> Timestamp | None:
    ended_at: datetime | None = None
    if post["status"] in ("published", "archived"):
        ended_at = post["posted_at"]
    elif post["status"] == "failed":
        ended_at = post["updated_at"]
    return format_timestamp(ended_at)
