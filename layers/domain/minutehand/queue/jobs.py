"""Jobs: one scheduling of one post, made by `schedule` and taken back by `cancel`."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import inf
from typing import Any
from uuid import UUID

from minutehand.platforms.catalog import display_name
from minutehand.queue.claim import claim_due
from minutehand.queue.outbox import Sendable
from minutehand.queue.policy import LATE_TOLERANCE, Policy
from minutehand.queue.settle import settle
from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.errors import Conflict, NotFound
from minutehand.runtime.validation import invalid


@dataclass(frozen=True, slots=True)
class Job:
    """A job as its owner sees it. ``state`` is in Bull's words: delayed, waiting, active, completed or failed."""

    id: UUID
    post_id: UUID
    scheduled_at: datetime
    platforms: tuple[str, ...]
    state: str
    to_send: list[Sendable] = field(default_factory=list, compare=False)
    """What the caller has to dispatch once its transaction is over: not empty when the post was already near."""


def schedule(
    db: Database,
    *,
    post_id: UUID,
    owner_id: str,
    actor: str,
    now: datetime,
    horizon: timedelta,
    policy: Policy,
) -> Job:
    """Make the job of a scheduled post; asking again returns the same job.

    A post whose time is within ``horizon`` is queued at once, so that nobody waits for a tick.

    Raises:
        NotFound: there is no such post, or it is another's.
        Conflict: it is not scheduled, waits for approval, its time is past, or a platform has no account and
            the policy is to reject it.
    """
    with db.transaction():
        post = _locked(db, post_id, owner_id)
        if post["status"] != "queued":
            _refuse_unready(post, now)
            if policy.unconnected == "reject":
                _refuse_unconnected(db, owner_id, set(post["platforms"]) - set(post["connection_platforms"]))
            if post["job_id"] is None:
                started = db.one(_queries["start_job"], post_id=post_id, actor=actor, now=now)
                post |= started or {}
        _, to_send = claim_due(db, now=now, until=now + horizon, policy=policy, post_id=post_id)
        states = {row["state"] for row in db.fetch(_queries["job_states"], job_id=post["job_id"])}
    return Job(post["job_id"], post_id, post["scheduled_at"], tuple(post["platforms"]), job_state(states), to_send)


def cancel(db: Database, *, post_id: UUID, owner_id: str, actor: str, now: datetime) -> None:
    """Cancel a post's job and make the post a draft again.

    Works until the publish call begins, for each publication. Where some have begun, the others are cancelled all
    the same, and the post ends as failed once those are through, with a reason that says which is which.

    Raises:
        NotFound: there is no such post, or it is another's.
        Conflict: there is nothing to cancel, or everything has begun.
    """
    with db.transaction():
        post = _locked(db, post_id, owner_id)
        if post["status"] not in ("scheduled", "queued"):
            raise Conflict(_nothing_to_cancel(db, post, owner_id), code="nothing_to_cancel")
        publications = db.fetch(_queries["cancel_publications"], job_id=post["job_id"], now=now)
        if publications and not any(publication["cancelled"] for publication in publications):
            raise Conflict("This post is being published already: it is too late to cancel it.", code="too_late")
        if db.one(_queries["return_to_draft"], post_id=post_id, now=now) is None:
            settle(db, [post_id], now=now)
        db.fetch(
            _queries["note_cancelled"],
            post_id=post_id,
            owner_id=owner_id,
            actor=actor,
            job_id=post["job_id"],
            scheduled_at=post["scheduled_at"],
            now=now,
        )


def retry(
    db: Database,
    *,
    post_id: UUID,
    owner_id: str,
    actor: str,
    confirmed: Sequence[UUID],
    now: datetime,
    horizon: timedelta,
    policy: Policy,
) -> Job:
    """Schedule a failed post once more, under a new job: only what is neither published nor unknown goes out again.

    ``confirmed``: unknown publications that a person has looked for and says are not there; they go out again too.
    A time that is past means now.

    Raises:
        NotFound: there is no such post, or it is another's.
        InvalidInput: one of ``confirmed`` is not an unknown publication of this post.
        Conflict: the post did not fail, it has lost its approval, or all that is missing is unknown, or waits for
            what is unknown, and was not confirmed.
    """
    with db.transaction():
        post = _locked(db, post_id, owner_id)
        if post["status"] != "failed":
            raise Conflict(f"This post is {post['status']}: only a failed post can be retried.", code="not_failed")
        _refuse_unapproved(post)
        rows = db.fetch(_queries["missing_parts"], post_id=post_id, job_id=post["job_id"])
        _refuse_unsure(rows, confirmed)
        if confirmed:
            db.fetch(_queries["confirm_not_published"], ids=list(confirmed), post_id=post_id, actor=actor, now=now)
        [row] = db.fetch(
            _queries["return_to_scheduled"],
            post_id=post_id,
            actor=actor,
            confirmed=[str(publication_id) for publication_id in confirmed],
            now=now,
        )
        _, to_send = claim_due(db, now=now, until=now + horizon, policy=policy, post_id=post_id)
        states = {row["state"] for row in db.fetch(_queries["job_states"], job_id=row["job_id"])}
    return Job(row["job_id"], post_id, row["scheduled_at"], tuple(row["platforms"]), job_state(states), to_send)


def job_state(publication_states: set[str]) -> str:
    """Return the state of a job whose publications are in these states; of one that has none yet, ``delayed``."""
    if not publication_states:
        return "delayed"
    if publication_states & {"publishing", "processing"}:
        return "active"
    if publication_states & {"queued", "waiting", "held"}:
        return "waiting"
    return "completed" if publication_states == {"published"} else "failed"


def _locked(db: Database, post_id: UUID, owner_id: str) -> dict[str, Any]:
    post = db.one(_queries["lock_post"], post_id=post_id, owner_id=owner_id)
    if post is None:
        raise NotFound("You have no post with this id.", code="post_not_found")
    return post


def _refuse_unready(post: dict[str, Any], now: datetime) -> None:
    if post["status"] == "draft":
        raise Conflict("This post is a draft: give it a scheduledAt first.", code="not_scheduled")
    if post["status"] != "scheduled":
        raise Conflict(f"This post is {post['status']}: only a scheduled post can be queued.", code="not_scheduled")
    _refuse_unapproved(post)
    if post["scheduled_at"] < now - LATE_TOLERANCE:
        raise Conflict(
            f"The time of this post, {post['scheduled_at']:%Y-%m-%dT%H:%M:%SZ}, is past: give it a new scheduledAt.",
            code="time_is_past",
        )


def _refuse_unapproved(post: dict[str, Any]) -> None:
    if post["approval_required"] and post["approval_status"] != "approved":
        raise Conflict(
            f"This post needs an approval before it is queued; its approvalStatus is {post['approval_status']}.",
            code="not_approved",
        )


def _refuse_unconnected(db: Database, owner_id: str, platforms: Collection[str]) -> None:
    rows = db.fetch(_queries["missing_connections"], owner_id=owner_id, platforms=sorted(platforms))
    missing = [row["platform"] for row in rows]
    if missing:
        names = ", ".join(display_name(platform) for platform in missing)
        raise Conflict(
            f"Connect an account first on: {names}.",
            code="not_connected",
            details=[
                {"field": "platforms", "given": platform, "message": "No account is connected."} for platform in missing
            ],
        )


def _refuse_unsure(rows: list[dict[str, Any]], confirmed: Sequence[UUID]) -> None:
    unknown = {row["id"]: row for row in rows if row["state"] == "unknown"}
    for publication_id in confirmed:
        if publication_id not in unknown:
            sentence = f"confirmNotPublished names {publication_id}, which is no unknown publication of this post."
            allowed = sorted(map(str, unknown))
            raise invalid("confirmNotPublished", sentence, given=str(publication_id), allowed=allowed)
    unsure = [row for publication_id, row in unknown.items() if publication_id not in confirmed]
    blocked = {_account(row): row["part"] for row in unsure}  # of a thread only one part can be unknown
    if unsure and all(row["state"] == "published" or row["part"] >= blocked.get(_account(row), inf) for row in rows):
        names = ", ".join(sorted({display_name(row["platform"]) for row in unsure}))
        raise Conflict(
            f"It is not known whether this post went out on {names}. Look there, and name in confirmNotPublished "
            "what is not there: only that is sent again.",
            code="outcome_unknown",
            details=[
                {
                    "field": "confirmNotPublished",
                    "given": None,
                    "message": f"Unknown on {display_name(row['platform'])}.",
                    "allowed": str(row["id"]),
                }
                for row in sorted(unsure, key=lambda row: str(row["platform"]))
            ],
        )


def _account(row: dict[str, Any]) -> tuple[str, UUID | None]:
    return row["platform"], row["connection_id"]


def _nothing_to_cancel(db: Database, post: dict[str, Any], owner_id: str) -> str:
    last = db.one(_queries["last_event"], post_id=post["id"], owner_id=owner_id)
    if post["status"] == "draft" and last is not None and last["type"] == "post.cancelled":
        return f"This post was cancelled already, at {last['at']:%Y-%m-%dT%H:%M:%SZ}; it is a draft now."
    return f"This post is {post['status']}: only a scheduled or queued post can be cancelled."


_queries = sql.load(__package__)
