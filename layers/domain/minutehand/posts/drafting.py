"""Writing, changing and deleting posts."""

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any, Never
from uuid import UUID

from minutehand.posts import rendering, times
from minutehand.posts.constraints import translated
from minutehand.posts.reading import find, publications
from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.errors import Conflict, InvalidInput
from minutehand.runtime.identity import Identity

if TYPE_CHECKING:  # the models are built by whoever validates with them
    from minutehand.posts.forms.create import NewPost
    from minutehand.posts.forms.update import PostChanges

EDITABLE = ("draft", "scheduled")


def create(db: Database, writer: Identity, new: "NewPost", *, now: datetime) -> dict[str, Any]:
    """Write a post and return ``post`` and, where there is something to point out, ``warnings``.

    Raises:
        InvalidInput: its time is not possible, or it has a time and no platform.
    """
    resolved = times.resolve(new.scheduled_at, new.timezone, now) if new.scheduled_at else None
    values = new.model_dump(exclude={"scheduled_at"})
    with translated():
        row = db.fetch(
            _queries["create"],
            **values,
            scheduled_at=resolved.at if resolved else None,
            owner_id=writer.owner_id,
            actor=writer.user_id,
            now=now,
        )[0]
    return {"post": rendering.post(row)} | _warnings(resolved)


def update(db: Database, writer: Identity, changes: "PostChanges", *, now: datetime) -> dict[str, Any]:
    """Change a draft or scheduled post and return what `create` does.

    A new ``timezone`` alone does not move a scheduled post: its instant stays, and is shown on other clocks. To keep
    the wall-clock time instead, give scheduledAt again.

    Raises:
        InvalidInput: nothing is to be changed, or the post would not be valid.
        NotFound: there is no such post, or it is another's.
        Conflict: it is in another version, or may not be edited any more.
    """
    post_id, given = changes.id(), changes.given()
    if not given:
        raise InvalidInput("Give at least one field to change.", code="nothing_to_change")
    resolved, assumed = _resolve(db, writer, changes, post_id, now)
    values = changes.model_dump(exclude={"post_id", "scheduled_at"})
    with translated():
        row = db.one(
            _queries["update"],
            **values,
            scheduled_at=resolved.at if resolved else None,
            given=given,
            assumed_timezone=assumed,
            post_id=post_id,
            owner_id=writer.owner_id,
            actor=writer.user_id,
            now=now,
        )
    if row is None:
        _refuse_update(find(db, writer, post_id), changes.version)
    return {"post": rendering.post(row, publications(db, writer, [post_id]))} | _warnings(resolved)


def delete(db: Database, writer: Identity, post_id: UUID, *, now: datetime) -> None:
    """Delete a post for good; its audit events stay.

    Raises:
        NotFound: there is no such post, or it is another's.
        Conflict: it is on its way, or something of it went out.
    """
    row = db.one(_queries["delete"], post_id=post_id, owner_id=writer.owner_id, actor=writer.user_id, now=now)
    if row is None:
        _refuse_delete(find(db, writer, post_id))


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


def _warnings(resolved: times.Resolved | None) -> dict[str, Any]:
    return {"warnings": [asdict(notice) for notice in resolved.notices]} if resolved and resolved.notices else {}


def _refuse_update(post: dict[str, Any], version: int | None) -> Never:
    if post["status"] not in EDITABLE:
        raise _wrong_state(post, "edited", EDITABLE)
    if version is not None and version != post["version"]:
        sentence = f"The post was changed since: it is in version {post['version']} now. Look at it again first."
        detail = {"field": "version", "message": sentence, "given": version, "allowed": post["version"]}
        raise Conflict(sentence, code="version_conflict", details=[detail])
    raise Conflict("The post was changed at the same moment. Look at it again and retry.", code="version_conflict")


def _refuse_delete(post: dict[str, Any]) -> Never:
    if post["status"] in (*EDITABLE, "failed"):
        raise Conflict(
            "Something of this post went out, or may have, so it is kept as a record.", code="partly_published"
        )
    raise _wrong_state(post, "deleted", (*EDITABLE, "failed"))


def _wrong_state(post: dict[str, Any], done: str, allowed: tuple[str, ...]) -> Conflict:
    advice = _ADVICE.get(post["status"], "")
    sentence = f"This post is {post['status']} and cannot be {done}.{advice}"
    detail = {"field": "status", "message": sentence, "given": post["status"], "allowed": list(allowed)}
    return Conflict(sentence, code="wrong_state", details=[detail])


_ADVICE = {
    "queued": " Cancel it first.",
    "failed": " Write a new post from it.",
}

_queries = sql.load(__package__)
