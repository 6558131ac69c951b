"""Creates and changes posts, and queues a saved post that is due within the horizon."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple, Never
from uuid import UUID

from minutehand.media.references import lock_referenced_items
from minutehand.posts import alt_texts, neighbours, rendering, times
from minutehand.posts.conflicts import require_version, with_taken_back, wrong_state
from minutehand.posts.constraints import translate_violations
from minutehand.posts.forms.post import FIELDS, PUBLISHED_FIELDS
from minutehand.posts.named_connections import platforms_of_connections
from minutehand.posts.reading import find, publications
from minutehand.posts.rendering import SavedPost, with_warnings
from minutehand.posts.time_zones import given_time_zone, resolve_time
from minutehand.runtime import sql
from minutehand.runtime.db import Database, as_json
from minutehand.runtime.errors import Conflict, InvalidInput
from minutehand.runtime.identity import Identity
from minutehand.runtime.limits import LOCK, limit_reached
from minutehand.runtime.scopes import APPROVE
from minutehand.runtime.validation import invalid

if TYPE_CHECKING:
    from minutehand.platforms.media_probe import Prober
    from minutehand.platforms.validation import Report
    from minutehand.posts.configs.scheduling import SchedulingConfig
    from minutehand.posts.forms.create import NewPost
    from minutehand.posts.forms.update import PostChanges
    from minutehand.runtime.configs.queue import QueueConfig

MAX_EVENT_CHARACTERS = 20_000
"""The maximum total length of the old and the new values in an event ``post.updated``, in characters."""
EDITABLE = ("draft", "scheduled")
"""The statuses in which the statement ``update`` changes a post. A queued post is first removed from the queue."""
MEDIA_PROBE_SECONDS = 3.0
"""The maximum total time for probing a post's media while the author waits for warnings."""
CLAIM_FIELDS = frozenset(["approvalRequired", "scheduledAt"])
"""The fields whose change can allow a claim of the post, or an earlier claim."""


class PreparedPost(NamedTuple):
    """A validated post to create: values, statement parameters, fields that refer to media, and warnings.

    ``claimable_at``: the time of the post, or None if the post has no time, the request requires an approval, or a
    platform would reject the post. ``at_once``: True if the caller asked to publish the post now.
    """

    values: Mapping[str, Any]
    parameters: Mapping[str, Any]
    media: Mapping[str, Any]
    warnings: Sequence[times.Notice]
    claimable_at: datetime | None
    at_once: bool


def prepare(
    db: Database, writer: Identity, new: "NewPost", *, prober: "Callable[[], Prober]", now: datetime
) -> PreparedPost:
    """Validate a post, and return it for `create`, with a warning for each broken rule of its platforms.

    ``prober`` is called only for media at web addresses. Media are probed here, before any transaction, so that a slow
    web server does not delay other calls that lock the same media items or the same Idempotency-Key.

    Raises:
        InvalidInput: the time is invalid, publish and scheduledAt are both given, the post names a connection that does
            not exist, or the post is to be published now and a platform would reject it.
    """
    at_once = new.publish == "now"
    if at_once and new.scheduled_at is not None:
        raise invalid("publish", "Give either publish or scheduledAt, not both.", given=new.publish)
    resolved = resolve_time(db, writer, new, now)
    given = new.model_dump(include=set(FIELDS)) | {"timezone": given_time_zone(new)}
    values = _values(db, writer, given, resolved)
    values["platforms"] += sorted(set(values["connection_platforms"]) - set(values["platforms"]))
    reports = _reports(db, writer, values, prober)
    if at_once:
        _require_valid(reports)
        values |= {"scheduled_at": now, "publish_on_approval": True}
    refused = new.approval_required or any(report.errors for report in reports.values())
    return PreparedPost(
        values,
        {"values": as_json(values), "owner_id": writer.owner_id, **writer.actor.columns(), "now": now},
        _with_media(new),
        [*(resolved.notices if resolved else ()), *_notices(values, reports)],
        None if refused else values["scheduled_at"],
        at_once,
    )


def create(
    db: Database, writer: Identity, post: PreparedPost, *, config: "SchedulingConfig", now: datetime
) -> SavedPost:
    """Create a post. Return ``post``, its ``job`` if the post is queued, and any ``warnings``.

    A post whose ``claimable_at`` is within the horizon is queued here, and its messages are sent after the commit. If
    `scheduling.schedule` refuses a post that has a time, the post stays scheduled with a warning, and a later tick
    claims it. If `scheduling.schedule` refuses a post that is to be published now, the post is not created. If only the
    owner's settings require an approval, the post waits for the approval, and the response has a warning.

    Raises:
        InvalidInput: the text is blank, the post has a time and no platform, or it names a media item that does not
            exist or whose upload is not finished.
        Conflict: the owner has too many open posts, or `scheduling.schedule` refuses a post that is to be published
            now.
    """
    warnings = list(post.warnings)
    if post.claimable_at is None or post.claimable_at > now + config.horizon:
        row = _insert(db, post, config)
        warnings += neighbours.notices(row["neighbours"])
        return with_warnings({"post": rendering.post(row)}, warnings + _required_by_owner(row, post.values))
    from minutehand.posts import scheduling  # imported late with the queue, because few posts need it

    with db.transaction():
        row = _insert(db, post, config)
        warnings += neighbours.notices(row["neighbours"])
        if row["approval_required"]:
            return with_warnings({"post": rendering.post(row)}, warnings + _required_by_owner(row, post.values))
        post_id = row["id"]
        try:
            scheduling.schedule(db, writer, post_id, config=config, now=now)
        except Conflict as refusal:
            if post.at_once:
                raise
            warnings.append(times.Notice("platforms", refusal.code, refusal.message))
        return with_warnings(scheduling.render(db, writer, post_id), warnings)


def _insert(db: Database, post: PreparedPost, config: "SchedulingConfig") -> dict[str, Any]:
    limit = config.max_open_posts
    with translate_violations(), lock_referenced_items(db, post.parameters["owner_id"], post.media):
        row = db.one_locked(LOCK, _create(), **post.parameters, limited="posts", max_open_posts=limit)
        if row is None:
            advice = "Wait until posts are published, or delete some."
            raise limit_reached("drafts, scheduled and queued posts", limit=limit, present=limit, advice=advice)
    return row


def update(
    db: Database,
    writer: Identity,
    changes: "PostChanges",
    *,
    config: "QueueConfig",
    prober: "Callable[[], Prober] | None",
    now: datetime,
) -> SavedPost:
    """Change a post. Return ``post``, its ``job`` if the post is queued, and any ``warnings``.

    A queued post can be changed until its first publish call begins. The post is removed from the queue and changed. If
    it is then still due and needs no further approval, it is claimed again.

    A new ``timezone`` alone does not move a scheduled post. The instant stays the same, and the API shows it in the
    new time zone. To keep the wall-clock time instead, the caller also passes ``scheduledAt`` as that
    local time, without an offset.

    If a change of the time or of the approval requirement allows a claim of the post now, the post is claimed here, not
    by the next tick. The messages are sent after the commit. The media are probed after the claim. Without ``prober``,
    the response has no warnings about the content or about similar posts.

    Raises:
        InvalidInput: there is nothing to change, or the post would not be valid.
        NotFound: the owner has no such post.
        Conflict: the post has another version, the post cannot be edited now, or the post would be claimed although its
            window has closed.
        Forbidden: the change removes the approval requirement of the post, and the caller may not approve.
    """
    post_id, given = changes.id(), changes.given()
    if not given:
        raise InvalidInput("Give at least one field to change.", code="nothing_to_change")
    resolved, assumed = _resolve(db, writer, changes, post_id, now)
    values = _values(db, writer, changes.model_dump(include=set(FIELDS), exclude_unset=True), resolved)
    media = _with_media(changes)
    with translate_violations(), db.transaction(), lock_referenced_items(db, writer.owner_id, media):
        change = partial(
            db.one,
            _update(),
            values=as_json(values),
            columns=list(FIELDS),
            names=list(FIELDS.values()),
            published=list(PUBLISHED_FIELDS),
            max_characters=MAX_EVENT_CHARACTERS // 2,
            version=changes.version,
            may_lift=writer.may(APPROVE),
            assumed_timezone=assumed,
            post_id=post_id,
            owner_id=writer.owner_id,
            **writer.actor.columns(),
            now=now,
        )
        row = change()
        taken_back = row is None and _take_back(db, writer, post_id, now)
        row = change() if taken_back else row
        if row is None:
            _refuse_update(find(db, writer, post_id), writer, changes)
        if _is_near(row, config, now) and (taken_back or not CLAIM_FIELDS.isdisjoint(row["changed"])):
            from minutehand.posts import scheduling  # imported late with the queue, because few changes need it

            scheduling.require_open_window(row, config, now)
            scheduling.claim_near(db, post_id, writer.owner_id, config, now)
            shown = scheduling.render(db, writer, post_id)
        else:
            shown = {"post": rendering.post(row, publications(db, writer, [post_id]))}
    warnings = list(resolved.notices) if resolved else []
    if "approvalRequired" in {*given, *row["changed"]}:
        warnings += _required_by_owner(row, values)
    if prober is not None and PUBLISHED_FIELDS & set(given):
        warnings += _notices(row, _reports(db, writer, row, prober))
        warnings += neighbours.notices(row["neighbours"])
    return with_warnings(shown, warnings)


def _values(db: Database, writer: Identity, given: dict[str, Any], resolved: times.Resolved | None) -> dict[str, Any]:
    """Return the values of the columns that ``given`` sets, including the platforms of the connections that it names.

    Raises:
        InvalidInput: ``given`` names a connection that the owner does not have.
    """
    values = dict(given)
    if "scheduled_at" in given:
        values["scheduled_at"] = resolved.at if resolved else None
    if "connection_ids" in given:
        values["connection_platforms"] = platforms_of_connections(db, writer, given["connection_ids"])
    return values


def _with_media(form: "NewPost | PostChanges") -> dict[str, Any]:
    return form.model_dump(include={"media_urls", "platform_options", "variants"}, by_alias=True)


def _resolve(
    db: Database, writer: Identity, changes: "PostChanges", post_id: UUID, now: datetime
) -> tuple[times.Resolved | None, str | None]:
    """Return the new time, and the post's stored time zone if the new time was interpreted in this time zone."""
    if changes.scheduled_at is None:
        return None, None
    if changes.scheduled_at.tzinfo is not None or "timezone" in changes.model_fields_set:
        return times.resolve(changes.scheduled_at, changes.timezone, now), None
    timezone = find(db, writer, post_id)["timezone"]
    return times.resolve(changes.scheduled_at, timezone, now), timezone


def _is_near(row: Mapping[str, Any], config: "QueueConfig", now: datetime) -> bool:
    """Return whether the post is scheduled, does not wait for an approval, and is due within the horizon."""
    if row["status"] != "scheduled" or (row["approval_required"] and row["approval_status"] != "approved"):
        return False
    return bool(row["scheduled_at"] <= now + config.horizon)


def _take_back(db: Database, writer: Identity, post_id: UUID, now: datetime) -> bool:
    from minutehand.queue import jobs  # imported late, because few changes need the queue

    return jobs.take_back(db, post_id=post_id, owner_id=writer.owner_id, action="edited", now=now)


def _reports(
    db: Database, writer: Identity, row: Mapping[str, Any], prober: "Callable[[], Prober]"
) -> dict[str, "Report"]:
    if not row["platforms"]:
        return {}
    from minutehand.posts import validation  # imported late, because it loads the rules of the platforms

    return validation.reports(db, writer.owner_id, row, prober, seconds=MEDIA_PROBE_SECONDS)


def _notices(row: Mapping[str, Any], reports: Mapping[str, "Report"]) -> list[times.Notice]:
    unused = alt_texts.notices(row)
    if not reports:
        return unused
    from minutehand.posts import validation

    return [*validation.notices(reports), *unused]


def _require_valid(reports: Mapping[str, "Report"]) -> None:
    from minutehand.posts import validation

    validation.require_valid(reports)


def _required_by_owner(row: Mapping[str, Any], values: Mapping[str, Any]) -> list[times.Notice]:
    """Return a warning if the post requires an approval although the ``values`` of the request require none."""
    if values.get("approval_required") or not row["approval_required"]:
        return []
    sentence = "The owner's settings require an approval of every post (requireApproval), including this one."
    return [times.Notice("approvalRequired", "approval_required", sentence)]


def _refuse_update(post: dict[str, Any], writer: Identity, changes: "PostChanges") -> Never:
    if post["status"] not in EDITABLE:
        raise wrong_state(post, "edited", with_taken_back(EDITABLE))
    if changes.version is not None:
        require_version(post, changes.version)
    if post["approval_required"] and "approvalRequired" in changes.given() and not changes.approval_required:
        writer.require_scope(APPROVE, "Removing the approval requirement of a post")
    raise Conflict(
        "Another call changed the post at the same time. Load the post again, then repeat your change.",
        code="version_conflict",
    )


_queries = sql.load(__package__)


@cache
def _create() -> sql.Query:
    return _queries["create"].with_columns(fields=FIELDS)


@cache
def _update() -> sql.Query:
    return _queries["update"].with_columns(fields=FIELDS)
