"""The API's calls that schedule, retry, confirm and cancel posts. The package `minutehand.queue` carries out
these actions.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypedDict
from uuid import UUID

from minutehand.posts import reading, rendering
from minutehand.queue import confirmation, jobs
from minutehand.queue.claim import claim_due
from minutehand.queue.policy import LATE_TOLERANCE, Policy
from minutehand.runtime.db import Database
from minutehand.runtime.errors import Conflict
from minutehand.runtime.identity import Identity
from minutehand.runtime.response_types import Confirmation
from minutehand.runtime.timestamps import format_timestamp

if TYPE_CHECKING:
    from minutehand.platforms.media_probe import Prober
    from minutehand.posts.forms.confirm import ConfirmRequest
    from minutehand.runtime.configs.queue import QueueConfig

MEDIA_PROBE_SECONDS = 5.0
"""The maximum total time for probing a post's media before the post is scheduled."""


class ScheduledJob(TypedDict):
    """The job of a post that has been scheduled or retried."""

    job: rendering.QueuedJob


class ConfirmedPost(TypedDict):
    """The post after the confirmation, with its publications."""

    post: rendering.Post


class CancelledPost(Confirmation):
    """The post after the cancellation, and a message for people."""

    post: rendering.Post


def require_valid(
    db: Database, writer: Identity, post_id: UUID, *, prober: "Callable[[], Prober]", now: datetime
) -> None:
    """Check that the platforms of the post would accept the post. Skip the check if the post's state does not allow
    scheduling.

    ``prober`` is called only for media at web addresses. Media are probed before `schedule` locks any row. An edit
    between this check and `schedule` has the same effect as a later edit: the job publishes the new content, and the
    response to the edit contains the warnings.

    Raises:
        InvalidInput: a platform would reject the post.
        NotFound: the owner has no such post.
    """
    post = reading.find(db, writer, post_id)
    approved = not post["approval_required"] or post["approval_status"] == "approved"
    if post["status"] != "scheduled" or not approved or post["scheduled_at"] < now - LATE_TOLERANCE:
        return
    from minutehand.posts import validation  # imported late, because it loads the rules of the platforms

    validation.require_valid(validation.reports(db, writer.owner_id, post, prober, seconds=MEDIA_PROBE_SECONDS))


def schedule(
    db: Database,
    writer: Identity,
    post_id: UUID,
    *,
    config: "QueueConfig",
    now: datetime,
) -> ScheduledJob:
    """Create the job of a scheduled post, unless the post has a job, and return ``job``. If the post is due within the
    horizon, its messages are sent after the commit.

    Raises:
        NotFound: the owner has no such post.
        Conflict: see `minutehand.queue.jobs.schedule`.
    """
    job = jobs.schedule(
        db,
        post_id=post_id,
        owner_id=writer.owner_id,
        actor=writer.actor,
        now=now,
        horizon=config.horizon,
        policy=Policy.of(config),
    )
    return {"job": rendering.job(job)}


def retry(
    db: Database,
    writer: Identity,
    post_id: UUID,
    confirmed: Sequence[UUID],
    *,
    config: "QueueConfig",
    now: datetime,
) -> ScheduledJob:
    """Schedule a failed post, or a published post that was cancelled in part, again and return ``job``. If the post is
    due within the horizon, its messages are sent after the commit. If the post's time has passed, the post is due now.
    Published and unknown publications are not published again, except the unknown ones in ``confirmed``.

    Raises:
        NotFound: the owner has no such post.
        InvalidInput: an id in ``confirmed`` is not an unknown publication of the post.
        Conflict: nothing of the post failed or was cancelled, the post is no longer approved, or nothing can be retried
            until an unknown publication is confirmed.
    """
    job = jobs.retry(
        db,
        post_id=post_id,
        owner_id=writer.owner_id,
        actor=writer.actor,
        confirmed=confirmed,
        now=now,
        horizon=config.horizon,
        policy=Policy.of(config),
    )
    return {"job": rendering.job(job)}


def confirm(db: Database, writer: Identity, request: "ConfirmRequest", *, now: datetime) -> ConfirmedPost:
    """Record whether a person has found unknown publications on their platforms, and return the updated ``post``.

    Raises:
        InvalidInput: the request is not valid; see `ConfirmRequest.confirmations`.
        NotFound: the owner has no such post, or the post has no such publication.
        Conflict: a publication is not unknown.
    """
    post_id = request.id()
    confirmation.confirm(
        db,
        post_id=post_id,
        owner_id=writer.owner_id,
        actor=writer.actor,
        confirmations=request.confirmations(),
        now=now,
    )
    return {"post": reading.get(db, writer, post_id)}


def render(db: Database, writer: Identity, post_id: UUID) -> rendering.SavedPost:
    """Return ``post`` with its publications and, if the post is queued, its ``job``.

    Raises:
        NotFound: the owner has no such post.
    """
    row, rows = reading.find(db, writer, post_id), reading.publications(db, writer, [post_id])
    rendered: rendering.SavedPost = {"post": rendering.post(row, rows)}
    if row["status"] == "queued":
        rendered["job"] = rendering.job(jobs.of_post(row, rows))
    return rendered


def claim_near(db: Database, post_id: UUID, owner_id: str, config: "QueueConfig", now: datetime) -> None:
    """Claim a scheduled post of this owner if it is due within the horizon. The caller must have locked the row."""
    policy = Policy.of(config)
    claim_due(db, now=now, until=now + config.horizon, policy=policy, post_id=post_id, owner_id=owner_id)


def window_end(post: Mapping[str, Any], config: "QueueConfig") -> datetime | None:
    """Return the end of the window of ``post``, or None if the post has no time or no window."""
    given = post["publish_within_seconds"]
    window = config.publish_within if given is None else timedelta(seconds=given)
    return None if post["scheduled_at"] is None or window is None else post["scheduled_at"] + window


def require_open_window(post: Mapping[str, Any], config: "QueueConfig", now: datetime) -> None:
    """Check that a post's window is open before the post is approved or claimed, because a post with a closed
    window fails.

    Raises:
        Conflict: the window has closed.
    """
    end = window_end(post, config)
    if end is not None and end <= now:
        raise Conflict(
            f"This post was scheduled for {format_timestamp(post['scheduled_at'])}, and its window closed at "
            f"{format_timestamp(end)}. Set a new scheduledAt first. Nothing has changed.",
            code="time_is_past",
        )


def cancel(db: Database, writer: Identity, post_id: UUID, *, now: datetime) -> CancelledPost:
    """Cancel a post's job, and return the updated ``post`` and a ``message``.

    Raises:
        NotFound: the owner has no such post.
        Conflict: the post is neither scheduled nor queued, or no publication of its job can be cancelled.
    """
    jobs.cancel(db, post_id=post_id, owner_id=writer.owner_id, actor=writer.actor, now=now)
    post = reading.get(db, writer, post_id)
    in_part = "Post cancelled in part: a publication is public or may become public"
    message = "Post cancelled successfully" if post["status"] == "draft" else in_part
    return {"message": message, "post": post}
