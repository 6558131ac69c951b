"""Scheduling and cancelling posts, as the API offers it; the queue does the work."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from aws_lambda_powertools.logging import Logger

from minutehand.posts import reading, rendering
from minutehand.queue import jobs
from minutehand.queue.claim import claim_due
from minutehand.queue.outbox import Outbox, Sendable
from minutehand.queue.policy import LATE_TOLERANCE, Policy
from minutehand.runtime.clock import Clock
from minutehand.runtime.config import QueueConfig
from minutehand.runtime.db import Database
from minutehand.runtime.errors import Conflict
from minutehand.runtime.http import Response, success
from minutehand.runtime.idempotency import Once
from minutehand.runtime.identity import Identity
from minutehand.runtime.instants import instant

if TYPE_CHECKING:
    from minutehand.platforms.media_probe import Prober

MEDIA_PROBE_SECONDS = 5.0
"""How long media are looked at before a post is scheduled."""

logger = Logger(child=True)


def schedule(
    db: Database,
    writer: Identity,
    post_id: UUID,
    *,
    once: Once,
    config: QueueConfig,
    outbox: Callable[[], Outbox],
    prober: "Callable[[], Prober]",
    clock: Clock,
) -> Response:
    """Make the job of a scheduled post that its platforms will take, and send it when its time is near.

    ``outbox`` is opened only for that: most posts are scheduled for later, and then no AWS client is needed. What
    cannot be sent here is sent by the next tick. ``prober`` is opened only for media at web addresses.

    The media are looked at before anything is locked. An edit that comes between that look and the job is like one
    that comes right after it: the job follows it, and whoever edits is warned.

    Raises:
        InvalidInput: a platform would refuse the post; nothing has changed.
        NotFound: there is no such post, or it is another's.
        Conflict: it cannot be scheduled as it is.
        Unprocessable: the Idempotency-Key was used for another post.
    """
    if (answered := once.answered(db, now=clock.now())) is not None:
        return answered
    _refuse_invalid(db, writer, post_id, prober, clock.now())
    now = clock.now()  # once more: the look may have taken seconds, by which the message would be late
    to_send: list[Sendable] = []

    def work() -> Response:
        job = jobs.schedule(
            db,
            post_id=post_id,
            owner_id=writer.owner_id,
            actor=writer.user_id,
            now=now,
            horizon=config.horizon,
            policy=Policy.of(config),
        )
        to_send.extend(job.to_send)
        return success(job=rendering.job(job))

    answer = once.answer(db, work, now=now)
    send_now(db, outbox, to_send, now)
    return answer


def retry(
    db: Database,
    writer: Identity,
    post_id: UUID,
    confirmed: Sequence[UUID],
    *,
    once: Once,
    config: QueueConfig,
    outbox: Callable[[], Outbox],
    now: datetime,
) -> Response:
    """Schedule a failed post once more, and send it when its time is near; a time that is past means now.

    Only what is neither published nor unknown goes out again, and of what is unknown the publications ``confirmed``.

    Raises:
        NotFound: there is no such post, or it is another's.
        InvalidInput: one of ``confirmed`` is no unknown publication of it.
        Conflict: it did not fail, or all that is missing is unknown and not confirmed.
        Unprocessable: the Idempotency-Key was used for something else.
    """
    to_send: list[Sendable] = []

    def work() -> Response:
        job = jobs.retry(
            db,
            post_id=post_id,
            owner_id=writer.owner_id,
            actor=writer.user_id,
            confirmed=confirmed,
            now=now,
            horizon=config.horizon,
            policy=Policy.of(config),
        )
        to_send.extend(job.to_send)
        return success(job=rendering.job(job))

    answer = once.answer(db, work, now=now)
    send_now(db, outbox, to_send, now)
    return answer


def claim_near(db: Database, post: Mapping[str, Any], config: QueueConfig, now: datetime) -> list[Sendable]:
    """Queue a scheduled post whose row is held, if its time is near, and return what to send after the transaction."""
    _, to_send = claim_due(db, now=now, until=now + config.horizon, policy=Policy.of(config), post_id=post["id"])
    return to_send


def window_end(post: Mapping[str, Any], config: QueueConfig) -> datetime | None:
    """Return the moment after which ``post`` does not go out any more; None where there is none."""
    given = post["publish_within_seconds"]
    window = config.publish_within if given is None else timedelta(seconds=given)
    return None if post["scheduled_at"] is None or window is None else post["scheduled_at"] + window


def require_open_window(post: Mapping[str, Any], config: QueueConfig, now: datetime) -> None:
    """Check that a post that is about to be let out can still go out: queued after its window it could only fail.

    Raises:
        Conflict: its window is over.
    """
    end = window_end(post, config)
    if end is not None and end <= now:
        raise Conflict(
            f"The time of this post, {instant(post['scheduled_at'])}, is past, and it was to go out by {instant(end)} "
            "at the latest. Give it a new scheduledAt first. Nothing has changed.",
            code="time_is_past",
        )


def send_now(db: Database, outbox: Callable[[], Outbox], to_send: Sequence[Sendable], now: datetime) -> None:
    """Send what is near already; ``outbox`` is opened only when there is something. Never raises: the tick goes on."""
    if not to_send:
        return
    try:
        outbox().dispatch(db, to_send, now)
    except Exception:
        # The job is made and stands: the caller is told so, and the tick sends what could not be sent here.
        logger.exception("a job could not be sent at once")


def _refuse_invalid(
    db: Database, writer: Identity, post_id: UUID, prober: "Callable[[], Prober]", now: datetime
) -> None:
    """Check a post that would be scheduled. One that would not is not looked at: what it lacks is said soon enough."""
    post = reading.find(db, writer, post_id)
    approved = not post["approval_required"] or post["approval_status"] == "approved"
    if post["status"] != "scheduled" or not approved or post["scheduled_at"] < now - LATE_TOLERANCE:
        return
    from minutehand.posts import validation  # not before there is a post whose platforms' rules are to be read

    validation.refuse(validation.reports(db, writer.owner_id, post, prober, seconds=MEDIA_PROBE_SECONDS))


def cancel(db: Database, writer: Identity, post_id: UUID, *, now: datetime) -> dict[str, Any]:
    """Cancel a post's job and return the ``post`` as it is then, and a ``message``.

    Raises:
        NotFound: there is no such post, or it is another's.
        Conflict: there is nothing to cancel, or it is too late.
    """
    jobs.cancel(db, post_id=post_id, owner_id=writer.owner_id, actor=writer.user_id, now=now)
    post = reading.get(db, writer, post_id)
    in_time = post["status"] == "draft"
    message = "Post cancelled successfully" if in_time else "Cancelled wherever publishing had not begun"
    return {"message": message, "post": post}
