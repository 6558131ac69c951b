"""Approval and rejection of posts. A change of the content, the time or the destinations of a post requires a new
decision.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from minutehand.posts import approval_notices, scheduling
from minutehand.posts.conflicts import require_version, wrong_state
from minutehand.posts.rendering import SavedPost, with_warnings
from minutehand.posts.scheduling import claim_near, require_open_window, window_end
from minutehand.posts.times import Notice
from minutehand.queue import jobs
from minutehand.queue.errors import post_not_found
from minutehand.queue.policy import LATE_TOLERANCE
from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.errors import Conflict
from minutehand.runtime.identity import Identity
from minutehand.runtime.scopes import APPROVE
from minutehand.runtime.timestamps import format_timestamp
from minutehand.runtime.validation import invalid

if TYPE_CHECKING:
    from minutehand.posts.forms.approve import Decision
    from minutehand.runtime.configs.queue import QueueConfig

UNDECIDED = ("draft", "scheduled")


def decide(
    db: Database,
    approver: Identity,
    decision: "Decision",
    *,
    config: "QueueConfig",
    now: datetime,
) -> SavedPost:
    """Approve or reject a post. Return ``post``, its ``job`` if the post is queued, and any ``warnings``.

    The row is locked during the decision, so no edit can happen at the same time. A decision that names a version fails
    if the post has another version. A later change of the content, the time or the destinations resets the approval to
    pending. An approval stores the current connections of the post in ``connection_ids``. If an approved post is due
    within the horizon, it is claimed here, not by the next tick. If the post was created with ``publish: "now"`` and
    its time has not been changed since, the approval sets the time to now. A rejection removes a queued post from the
    queue, as a cancellation does.

    Raises:
        Forbidden: the caller may not approve.
        InvalidInput: a rejection has no comment.
        NotFound: the owner has no such post.
        Conflict: the post requires no approval, its version is not the given one, or its status does not allow the
            decision. An approval also fails if the post's window has closed, or if the owner has no connection on one
            of its platforms and ``config`` rejects such posts. A rejection of a queued post also fails if none of its
            publications can be cancelled.
    """
    approver.require_scope(APPROVE, "Approving or rejecting a post")
    post_id, comment = decision.id(), decision.trimmed_comment()
    if not decision.approved and comment is None:
        raise invalid("comment", "Give the reason for the rejection in comment.", given=decision.comment)
    with db.transaction():
        post = _lock(db, approver, post_id)
        _require_decidable(post, decision)
        released = decision.approved and post["status"] == "scheduled"
        if released and not post["publish_on_approval"]:
            require_open_window(post, config, now)
        if post["status"] == "queued":
            jobs.cancel(db, post_id=post_id, owner_id=approver.owner_id, actor=approver.actor, now=now)
        [decided] = db.fetch(
            _queries["decide"],
            post_id=post_id,
            owner_id=approver.owner_id,
            approval_status="approved" if decision.approved else "rejected",
            version=post["version"],
            comment=comment,
            **approver.actor.columns(),
            now=now,
        )
        if released and config.unconnected_platforms == "reject":
            _require_fixed(db, post, decided["connection_platforms"])
        if released:
            claim_near(db, post_id, approver.owner_id, config, now)
    warnings = _late(post | decided, config, now) if released else []
    if decision.approved:
        warnings += approval_notices.notices(post, decided["connection_platforms"])
    return with_warnings(scheduling.render(db, approver, post_id), warnings)


def _lock(db: Database, approver: Identity, post_id: UUID) -> dict[str, Any]:
    post = db.one(_queries["lock"], post_id=post_id, owner_id=approver.owner_id)
    if post is None:
        raise post_not_found()
    return post


def _require_decidable(post: dict[str, Any], decision: "Decision") -> None:
    allowed = UNDECIDED if decision.approved else (*UNDECIDED, "queued")
    if post["status"] not in allowed:
        raise wrong_state(post, "approved" if decision.approved else "rejected", allowed)
    if not post["approval_required"]:
        raise Conflict("This post needs no approval.", code="no_approval_required")
    if decision.version is not None:
        require_version(post, decision.version)


def _require_fixed(db: Database, post: dict[str, Any], fixed: list[str]) -> None:
    """Check that the approval fixes an account on each platform, so that the post cannot be published on an account
    that is connected after the approval.

    Raises:
        Conflict: the owner has no connection on a platform.
    """
    if not set(post["platforms"]) <= set(fixed):
        jobs.refuse_unconnected(db, post["id"], post["owner_id"])


def _late(post: dict[str, Any], config: "QueueConfig", now: datetime) -> list[Notice]:
    due, end = post["scheduled_at"], window_end(post, config)
    if due >= now - LATE_TOLERANCE:
        return []
    until = "" if end is None else f", by {format_timestamp(end)} at the latest"
    sentence = (
        f"The post's time, {format_timestamp(due)}, passed before the approval. "
        f"The post is published as soon as possible{until}."
    )
    return [Notice("scheduledAt", "time_is_past", sentence)]


_queries = sql.load(__package__)
