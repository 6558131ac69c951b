"""Writing, changing and deleting posts."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Never
from uuid import UUID

from psycopg.types.json import Jsonb

from minutehand.media.references import lock_referenced_items
from minutehand.posts import rendering, times
from minutehand.posts.conflicts import require_version, wrong_state
from minutehand.posts.constraints import translate_violations
from minutehand.posts.reading import find, publications
from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.errors import Conflict, InvalidInput
from minutehand.runtime.http import Response, success
from minutehand.runtime.idempotency import Once
from minutehand.runtime.identity import APPROVERS, Identity
from minutehand.runtime.validation import invalid

if TYPE_CHECKING:  # the models are built by whoever validates with them, the queue is for posts that are near
    from minutehand.platforms.media_probe import Prober
    from minutehand.posts.forms.create import NewPost
    from minutehand.posts.forms.update import PostChanges
    from minutehand.queue.outbox import Outbox, Sendable
    from minutehand.runtime.config import QueueConfig

EDITABLE = ("draft", "scheduled")
MEDIA_PROBE_SECONDS = 3.0
"""How long media are looked at while the author waits for a warning."""
UNPUBLISHED_FIELDS = frozenset(["approvalRequired", "campaign", "notes", "publishWithinSeconds", "timezone"])
"""Fields that no platform sees: a change of them alone needs no check."""
RELEASING_FIELDS = frozenset(["approvalRequired", "scheduledAt"])
"""Fields of which a change may let a post out sooner than it would have gone out before."""


def create(
    db: Database,
    writer: Identity,
    new: "NewPost",
    *,
    once: Once,
    prober: "Callable[[], Prober]",
    now: datetime,
) -> Response:
    """Write a post and answer with ``post`` and, where there is something to point out, ``warnings``.

    What its platforms would not take is pointed out; ``prober`` is opened only for media at web addresses. They are
    looked at before the post is written: its row, the files that it names and the Idempotency-Key are held only while
    it is, as nobody is to wait for somebody's web server.

    Raises:
        InvalidInput: its time is not possible, it has a time and no platform, or it names a file that is not there.
        Unprocessable: the Idempotency-Key was used for another post.
    """
    if (answered := once.answered(db, now=now)) is not None:
        return answered
    resolved = times.resolve(new.scheduled_at, new.timezone, now) if new.scheduled_at else None
    values = _columns(db, writer, new, exclude={"scheduled_at"})
    values["platforms"] += sorted(set(values["connection_platforms"]) - set(values["platforms"]))
    would_be = new.model_dump() | {name: values[name] for name in ("platforms", "connection_platforms")}
    warnings = _warnings(resolved, _checked(db, writer, would_be, prober))

    def work() -> Response:
        with translate_violations(), lock_referenced_items(db, writer.owner_id, _with_media(new)):
            row = db.fetch(
                _queries["create"],
                **values,
                scheduled_at=resolved.at if resolved else None,
                owner_id=writer.owner_id,
                actor=writer.user_id,
                now=now,
            )[0]
        return success(201, post=rendering.post(row), **warnings)

    return once.answer(db, work, now=now)


def update(
    db: Database,
    writer: Identity,
    changes: "PostChanges",
    *,
    config: "QueueConfig",
    outbox: "Callable[[], Outbox]",
    prober: "Callable[[], Prober]",
    now: datetime,
) -> dict[str, Any]:
    """Change a draft or scheduled post and return ``post`` and, where there is something to point out, ``warnings``.

    A new ``timezone`` alone does not move a scheduled post: its instant stays, and is shown on other clocks. To keep
    the wall-clock time instead, give scheduledAt again.

    A post that has its job, and that the change lets out within the horizon, is queued with it and sent through
    ``outbox``, which is opened only then: nobody waits for a tick. That comes before the look at its media, which may
    take as long as is left.

    Raises:
        InvalidInput: nothing is to be changed, or the post would not be valid.
        NotFound: there is no such post, or it is another's.
        Conflict: it is in another version, or may not be edited any more; or the change would let it out, and the
            time in which it may go out is over.
        Forbidden: it needs an approval, and only who may approve it may lift that.
    """
    post_id, given = changes.id(), changes.given()
    if not given:
        raise InvalidInput("Give at least one field to change.", code="nothing_to_change")
    resolved, assumed = _resolve(db, writer, changes, post_id, now)
    values = _columns(db, writer, changes, exclude={"post_id", "scheduled_at"})
    to_send: list[Sendable] = []
    with translate_violations(), db.transaction(), lock_referenced_items(db, writer.owner_id, _with_media(changes)):
        row = db.one(
            _queries["update"],
            **values,
            scheduled_at=resolved.at if resolved else None,
            given=given,
            may_lift=writer.has(APPROVERS),
            assumed_timezone=assumed,
            post_id=post_id,
            owner_id=writer.owner_id,
            actor=writer.user_id,
            now=now,
        )
        if row is not None and _is_released(row, config, now):
            from minutehand.posts import scheduling  # with the queue: most changes are of posts that are not near

            scheduling.require_open_window(row, config, now)
            if row["job_id"] is not None:
                to_send = scheduling.claim_near(db, row, config, now)
                row = find(db, writer, post_id)
    if row is None:
        _refuse_update(find(db, writer, post_id), writer, changes)
    if to_send:
        scheduling.send_now(db, outbox, to_send, now)
    checked = _checked(db, writer, row, prober) if set(given) - UNPUBLISHED_FIELDS else []
    return {"post": rendering.post(row, publications(db, writer, [post_id]))} | _warnings(resolved, checked)


def delete(db: Database, writer: Identity, post_id: UUID, *, now: datetime) -> None:
    """Delete a post for good; its audit events stay.

    Raises:
        NotFound: there is no such post, or it is another's.
        Conflict: it is on its way, or something of it went out.
    """
    row = db.one(_queries["delete"], post_id=post_id, owner_id=writer.owner_id, actor=writer.user_id, now=now)
    if row is None:
        _refuse_delete(find(db, writer, post_id))


def _columns(db: Database, writer: Identity, form: "NewPost | PostChanges", *, exclude: set[str]) -> dict[str, Any]:
    """Return the columns that ``form`` fills, with the platforms of the accounts that it names.

    Raises:
        InvalidInput: it names an account that the owner does not have.
    """
    values = form.model_dump(exclude=exclude)
    values |= {name: Jsonb(values[name]) for name in ("alt_texts", "platform_options", "variants")}
    values["connection_platforms"] = platforms_of(db, writer, form.connection_ids)
    return values


def _with_media(form: "NewPost | PostChanges") -> dict[str, Any]:
    return form.model_dump(include={"media_urls", "platform_options", "variants"}, by_alias=True)


def platforms_of(db: Database, writer: Identity, ids: Sequence[UUID]) -> list[str]:
    """Return the platform of each of these accounts.

    Raises:
        InvalidInput: one is not an account of the owner.
    """
    if not ids:
        return []
    rows = db.fetch(_queries["named_connections"], ids=list(ids), owner_id=writer.owner_id)
    platforms = {row["id"]: row["platform"] for row in rows}
    for connection_id in ids:
        if connection_id not in platforms:
            sentence = f"connectionIds names {connection_id}, which is not one of your connections."
            raise invalid("connectionIds", sentence, given=str(connection_id), code="connection_not_found")
    return [platforms[connection_id] for connection_id in ids]


def _resolve(
    db: Database, writer: Identity, changes: "PostChanges", post_id: UUID, now: datetime
) -> tuple[times.Resolved | None, str | None]:
    """Return the new time, and the time zone of the post when it was needed to tell."""
    if changes.scheduled_at is None:
        return None, None
    if changes.scheduled_at.tzinfo is not None or "timezone" in changes.model_fields_set:
        return times.resolve(changes.scheduled_at, changes.timezone, now), None
    timezone = find(db, writer, post_id)["timezone"]
    return times.resolve(changes.scheduled_at, timezone, now), timezone


def _is_released(row: Mapping[str, Any], config: "QueueConfig", now: datetime) -> bool:
    """Return whether the change that ``row`` has just seen lets the post out within the horizon."""
    if row["status"] != "scheduled" or row["approval_required"] or RELEASING_FIELDS.isdisjoint(row["changed"]):
        return False
    return bool(row["scheduled_at"] <= now + config.horizon)


def _checked(
    db: Database, writer: Identity, row: Mapping[str, Any], prober: "Callable[[], Prober]"
) -> list[times.Notice]:
    if not row["platforms"]:
        return []
    from minutehand.posts import validation  # not before there is a platform whose rules are to be read

    found = validation.reports(db, writer.owner_id, row, prober, seconds=MEDIA_PROBE_SECONDS)
    return validation.notices(found)


def _warnings(resolved: times.Resolved | None, checked: Sequence[times.Notice]) -> dict[str, Any]:
    found = [*(resolved.notices if resolved else ()), *checked]
    return {"warnings": [notice.rendered() for notice in found]} if found else {}


def _refuse_update(post: dict[str, Any], writer: Identity, changes: "PostChanges") -> Never:
    if post["status"] not in EDITABLE:
        raise wrong_state(post, "edited", EDITABLE)
    if changes.version is not None:
        require_version(post, changes.version)
    if post["approval_required"] and "approvalRequired" in changes.given() and not changes.approval_required:
        writer.require(APPROVERS, "Lifting the approval of a post")
    raise Conflict("The post was changed at the same moment. Look at it again and retry.", code="version_conflict")


def _refuse_delete(post: dict[str, Any]) -> Never:
    if post["status"] in (*EDITABLE, "failed"):
        raise Conflict(
            "Something of this post went out, or may have, so it is kept as a record.", code="partly_published"
        )
    raise wrong_state(post, "deleted", (*EDITABLE, "failed"))


_queries = sql.load(__package__)
