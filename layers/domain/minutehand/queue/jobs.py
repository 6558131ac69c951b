"""Creates, cancels and retries jobs. A job is one scheduling of one post."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from math import inf
from typing import Any, NamedTuple
from uuid import UUID

from minutehand.events.log import write_event
from minutehand.platforms.catalog import display_name
from minutehand.queue.claim import claim_due
from minutehand.queue.confirmation import Confirmation, record_confirmations
from minutehand.queue.errors import status_phrase
from minutehand.queue.finish import finish_posts
from minutehand.queue.job_state import JobState, job_state
from minutehand.queue.locks import lock_post
from minutehand.queue.policy import LATE_TOLERANCE, Policy
from minutehand.runtime import sql
from minutehand.runtime.actor import Actor
from minutehand.runtime.db import Database
from minutehand.runtime.errors import Conflict
from minutehand.runtime.identity import is_test_owner
from minutehand.runtime.timestamps import format_timestamp
from minutehand.runtime.validation import invalid


class Job(NamedTuple):
    """A job as shown to its owner."""

    id: UUID
    post_id: UUID
    scheduled_at: datetime
    platforms: tuple[str, ...]
    state: JobState


def schedule(
    db: Database,
    *,
    post_id: UUID,
    owner_id: str,
    actor: Actor,
    now: datetime,
    horizon: timedelta,
    policy: Policy,
) -> Job:
    """Create the job of a scheduled post, or return the post's existing job.

    If the post is due within ``horizon``, it is queued immediately, without waiting for a tick.

    Raises:
        NotFound: this owner has no such post.
        Conflict: the post is neither scheduled nor queued, lacks a required approval, or has a time more than
            `LATE_TOLERANCE` ago. If ``policy.unconnected`` is ``reject``, also: the owner has no connection on one of
            the post's platforms.
    """
    with db.transaction():
        post = lock_post(db, post_id, owner_id)
        if post["status"] != "queued":
            _refuse_unready(post, now)
            if policy.unconnected == "reject":
                refuse_unconnected(db, post_id, owner_id)
            if post["job_id"] is None:
                db.fetch(_queries["start_job"], post_id=post_id, owner_id=owner_id, **actor.columns(), now=now)
        claim_due(db, now=now, until=now + horizon, policy=policy, post_id=post_id, owner_id=owner_id)
        return _job(db, post_id, owner_id)


def cancel(db: Database, *, post_id: UUID, owner_id: str, actor: Actor, now: datetime) -> None:
    """Cancel a post's job. If each publication of the post is then cancelled or failed, also in earlier jobs, make the
    post a draft again.

    An open publication can be cancelled unless it is armed. A post that does not become a draft ends with its last
    publication: see `finish_posts`.

    Raises:
        NotFound: this owner has no such post.
        Conflict: the post is neither scheduled nor queued, or no publication of its job can be cancelled.
    """
    with db.transaction():
        post = lock_post(db, post_id, owner_id)
        if post["status"] not in ("scheduled", "queued"):
            raise Conflict(_nothing_to_cancel(db, post, owner_id), code="nothing_to_cancel")
        publications = _cancel_publications(db, post["job_id"], owner_id, now)
        if publications and not any(publication["cancelled"] for publication in publications):
            raise Conflict("This post is already being published and can no longer be cancelled.", code="too_late")
        data = {"jobId": post["job_id"] and str(post["job_id"]), "scheduledAt": format_timestamp(post["scheduled_at"])}
        write_event(db, "post.cancelled", owner_id=owner_id, actor=actor, now=now, post_id=post_id, data=data)
        if db.one(_queries["return_to_draft"], post_id=post_id, owner_id=owner_id, now=now) is None:
            finish_posts(db, [post_id], now=now)


def take_back(db: Database, *, post_id: UUID, owner_id: str, action: str, now: datetime) -> bool:
    """Change a queued post back to a scheduled post under a new job. Return False if the post is not queued.

    The publications of the old job are cancelled, so a publisher that already has their messages can neither lease nor
    arm them. The caller changes or deletes the post in the same transaction. ``action`` completes the sentence "This
    post can no longer be ...".

    Raises:
        NotFound: this owner has no such post.
        Conflict: a publish call of the job has begun.
    """
    post = lock_post(db, post_id, owner_id)
    if post["status"] != "queued":
        return False
    publications = _cancel_publications(db, post["job_id"], owner_id, now)
    if any(publication["begun"] for publication in publications):
        raise Conflict(f"This post is already being published and can no longer be {action}.", code="too_late")
    db.fetch(_queries["take_back"], post_id=post_id, owner_id=owner_id)
    return True


def retry(
    db: Database,
    *,
    post_id: UUID,
    owner_id: str,
    actor: Actor,
    confirmed: Sequence[UUID],
    now: datetime,
    horizon: timedelta,
    policy: Policy,
) -> Job:
    """Schedule a failed post, or a published post that was cancelled in part, again under a new job, which does not
    repeat published and unknown publications.

    ``confirmed``: the ids of unknown publications that a person has looked for on the platform and has not found. The
    new job repeats these publications, too. If the post's time has passed, the post is due now.

    Raises:
        NotFound: this owner has no such post.
        InvalidInput: an id in ``confirmed`` is not an unknown publication of this post.
        Conflict: nothing of the post failed or was cancelled, the post is no longer approved, or nothing can be retried
            until an unknown publication is confirmed.
    """
    with db.transaction():
        post = lock_post(db, post_id, owner_id)
        of_owner: dict[str, Any] = {"post_id": post_id, "owner_id": owner_id}
        rows = db.fetch(_queries["lock_counted"], **of_owner, job_id=post["job_id"])
        if not _can_be_retried(post, rows):
            sentence = f"This post {status_phrase(post['status'])}; only a failed post can be retried."
            raise Conflict(sentence, code="not_failed")
        _refuse_unapproved(post)
        _refuse_unconfirmed(rows, confirmed)
        if confirmed:
            missing = [Confirmation(publication_id, published=False) for publication_id in confirmed]
            record_confirmations(db, post_id, owner_id, actor, missing, now)
        db.fetch(
            _queries["return_to_scheduled"],
            **of_owner,
            **actor.columns(),
            confirmed=[str(publication_id) for publication_id in confirmed],
            now=now,
        )
        claim_due(db, now=now, until=now + horizon, policy=policy, **of_owner)
        return _job(db, post_id, owner_id)


def refuse_unconnected(db: Database, post_id: UUID, owner_id: str) -> None:
    """Check that the owner has a connection on each platform of the post. Test data needs no connection, because it
    goes to the sandbox.

    Raises:
        Conflict: the owner has no connection on a platform.
    """
    if is_test_owner(owner_id):
        return
    rows = db.fetch(_queries["unconnected_platforms"], post_id=post_id, owner_id=owner_id)
    missing = [row["platform"] for row in rows]
    if missing:
        names = ", ".join(display_name(platform) for platform in missing)
        raise Conflict(
            f"No account is connected on {names}. Connect one first.",
            code="not_connected",
            details=[
                {"field": "platforms", "given": platform, "message": "No account is connected."} for platform in missing
            ],
        )


def of_post(post: Mapping[str, Any], publications: Iterable[Mapping[str, Any]]) -> Job:
    """Return the job of a queued post, from the rows of the post and of its publications."""
    states = {row["state"] for row in publications if row["job_id"] == post["job_id"]}
    return Job(
        post["job_id"], post["id"], post["scheduled_at"], tuple(post["platforms"]), job_state(post["status"], states)
    )


def _job(db: Database, post_id: UUID, owner_id: str) -> Job:
    [row] = db.fetch(_queries["job_of_post"], post_id=post_id, owner_id=owner_id)
    state = job_state(row["status"], set(row["publication_states"]))
    return Job(row["job_id"], post_id, row["scheduled_at"], tuple(row["platforms"]), state)


def _cancel_publications(db: Database, job_id: UUID, owner_id: str, now: datetime) -> list[dict[str, Any]]:
    return db.fetch(_queries["cancel_publications"], job_id=job_id, owner_id=owner_id, now=now)


def _refuse_unready(post: dict[str, Any], now: datetime) -> None:
    if post["status"] == "draft":
        raise Conflict("This post is a draft. Set its scheduledAt first.", code="not_scheduled")
    if post["status"] != "scheduled":
        sentence = f"This post {status_phrase(post['status'])}; only a scheduled post can be queued."
        raise Conflict(sentence, code="not_scheduled")
    _refuse_unapproved(post)
    if post["scheduled_at"] < now - LATE_TOLERANCE:
        raise Conflict(
            f"The post's scheduledAt, {post['scheduled_at']:%Y-%m-%dT%H:%M:%SZ}, is in the past. Set a new time.",
            code="time_is_past",
        )


def _refuse_unapproved(post: dict[str, Any]) -> None:
    if post["approval_required"] and post["approval_status"] != "approved":
        raise Conflict(
            f"This post must be approved before it can be queued; its approvalStatus is {post['approval_status']}.",
            code="not_approved",
        )


def _can_be_retried(post: dict[str, Any], rows: list[dict[str, Any]]) -> bool:
    if post["status"] == "published":
        return any(row["state"] == "cancelled" for row in rows)
    return bool(post["status"] == "failed")


def _refuse_unconfirmed(rows: list[dict[str, Any]], confirmed: Sequence[UUID]) -> None:
    unknown = {row["id"]: row for row in rows if row["state"] == "unknown"}
    for publication_id in confirmed:
        if publication_id not in unknown:
            sentence = f"confirmNotPublished names {publication_id}, which is not an unknown publication of this post."
            allowed = sorted(map(str, unknown))
            raise invalid("confirmNotPublished", sentence, given=str(publication_id), allowed=allowed)
    unconfirmed = [row for publication_id, row in unknown.items() if publication_id not in confirmed]
    blocked = {_connection(row): row["part"] for row in unconfirmed}  # a thread has at most one unknown part
    if unconfirmed and all(
        row["state"] == "published" or row["part"] >= blocked.get(_connection(row), inf) for row in rows
    ):
        names = ", ".join(sorted({display_name(row["platform"]) for row in unconfirmed}))
        raise Conflict(
            f"We could not confirm whether this post was published on {names}. Check the account. To publish "
            "missing publications again, list them in confirmNotPublished.",
            code="outcome_unknown",
            details=[
                {
                    "field": "confirmNotPublished",
                    "given": None,
                    "message": f"Unknown on {display_name(row['platform'])}.",
                    "allowed": str(row["id"]),
                }
                for row in sorted(unconfirmed, key=lambda row: str(row["platform"]))
            ],
        )


def _connection(row: dict[str, Any]) -> tuple[str, UUID | None]:
    return row["platform"], row["connection_id"]


def _nothing_to_cancel(db: Database, post: dict[str, Any], owner_id: str) -> str:
    last = db.one(_queries["last_event"], post_id=post["id"], owner_id=owner_id)
    if post["status"] == "draft" and last is not None and last["type"] == "post.cancelled":
        return f"This post was already cancelled at {last['at']:%Y-%m-%dT%H:%M:%SZ} and is a draft."
    return f"This post {status_phrase(post['status'])}; only a scheduled or queued post can be cancelled."


_queries = sql.load(__package__)
