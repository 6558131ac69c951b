"""Lists the posts to be published in a period, with their destinations and warnings, without calling other servers."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypedDict, cast

from minutehand.connections.health import Health, health
from minutehand.connections.store import Connection, Connections
from minutehand.media.references import PREFIX, media_info
from minutehand.platforms.api_warning import ApiWarning
from minutehand.platforms.catalog import PlatformKey, display_name
from minutehand.platforms.composition import part_count
from minutehand.platforms.validation import ProbeResult, check, media_of
from minutehand.posts import neighbours, validation
from minutehand.posts.filters import period, require_short_period
from minutehand.posts.statuses import PostStatus
from minutehand.posts.times import Notice, local
from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.identity import Identity
from minutehand.runtime.pagination import Pagination, fetch_page
from minutehand.runtime.response_types import Timestamp, Uuid
from minutehand.runtime.timestamps import format_timestamp

if TYPE_CHECKING:
    from minutehand.posts.forms.plan import PlanQuery

type Row = Mapping[str, Any]


class Destination(TypedDict):
    """An account on which a post is to be published."""

    platform: PlatformKey
    connectionId: Uuid | None
    """The connection, or null for the sandbox or if no account is connected."""
    sandbox: bool
    parts: int
    """The number of publications: the number of parts of a thread, 2 with a first comment, and otherwise 1."""


class PlannedPost(TypedDict):
    """A post that is to be published, with its destinations and warnings."""

    postId: Uuid
    status: PostStatus
    scheduledAt: Timestamp
    scheduledAtLocal: Timestamp
    timezone: str
    destinations: list[Destination]
    warnings: list[ApiWarning]


class PlanPage(TypedDict):
    """A page of the posts that are to be published in a period."""

    planned: list[PlannedPost]
    pagination: Pagination


def plan(db: Database, reader: Identity, query: "PlanQuery", *, unconnected: str, now: datetime) -> PlanPage:
    """Return ``planned``, one page of the posts to be published in the order of their times, and ``pagination``.

    The number of statements does not depend on the number of posts. ``unconnected``: the treatment of platforms without
    a connection, ``sandbox`` or ``reject``.

    Raises:
        InvalidInput: ``to`` is not later than ``from``, the period is too long, a time is out of range, or the cursor
            is not valid for this list.
    """
    since, until = cast("tuple[datetime, datetime]", period(query))  # the form requires both
    require_short_period(since, until)
    rows, pagination = fetch_page(
        db,
        _queries["plan"],
        list_key=(reader.owner_id, "plan", str(since), str(until)),
        cursor=query.cursor,
        take=query.take,
        sorted_by=("scheduled_at", "id"),
        owner_id=reader.owner_id,
        since=since,
        until=until,
    )
    connections = {str(each.id): each for each in Connections(db).list_all(reader.owner_id)} if rows else {}
    urls = {url for row in rows for name in row["platforms"] for url in media_of(row, name) if url.startswith(PREFIX)}
    probed: dict[str, ProbeResult] = dict.fromkeys(urls, validation.NO_SUCH_ITEM)
    probed |= media_info(db, reader.owner_id, urls)
    to_sandbox = unconnected == "sandbox" or reader.is_test
    return {
        "planned": [_planned(row, connections, probed, to_sandbox=to_sandbox, now=now) for row in rows],
        "pagination": pagination,
    }


def _planned(
    row: Row,
    connections: Mapping[str, Connection],
    probed: Mapping[str, ProbeResult],
    *,
    to_sandbox: bool,
    now: datetime,
) -> PlannedPost:
    limits: dict[str, list[Mapping[str, int]]] = defaultdict(list)
    for each in row["destinations"]:
        if each["connectionId"] is not None and each["problem"] is None:
            limits[each["platform"]].append(each["limits"] or {})
    reports = {name: check(row, name, probed, limits[name]) for name in row["platforms"]}
    warnings = [
        *validation.notices(reports),
        *_approval(row),
        *_access(row, connections, to_sandbox=to_sandbox, now=now),
        *neighbours.notices(row["neighbours"]),
    ]
    return {
        "postId": str(row["id"]),
        "status": row["status"],
        "scheduledAt": format_timestamp(row["scheduled_at"]),
        "scheduledAtLocal": local(row["scheduled_at"], row["timezone"]).isoformat(timespec="milliseconds"),
        "timezone": row["timezone"],
        "destinations": [
            {
                "platform": each["platform"],
                "connectionId": each["connectionId"],
                "sandbox": each["connectionId"] is None and (each["problem"] is None or to_sandbox),
                "parts": part_count(row, each["platform"]),
            }
            for each in row["destinations"]
        ],
        "warnings": [notice.rendered() for notice in warnings],
    }


def _approval(row: Row) -> Iterator[Notice]:
    if row["approval_required"] and row["approval_status"] != "approved":
        sentence = "The post is not published until it is approved."
        yield Notice("approvalStatus", "approval_pending", sentence)


def _access(row: Row, connections: Mapping[str, Connection], *, to_sandbox: bool, now: datetime) -> Iterator[Notice]:
    """Yield a warning for each destination on which the post cannot be published at its time."""
    for each in row["destinations"]:
        platform, connection = each["platform"], connections.get(each["connectionId"])
        name = display_name(platform)
        if connection is None:
            if each["problem"] == "none" and not to_sandbox:
                sentence = f"No {name} account is connected. Connect one before the post is due."
                yield Notice("platforms", "not_connected", sentence, platform)
            elif each["problem"] == "gone":
                sentence = f"The {name} account of this post is no longer connected. Choose another account."
                yield Notice("connectionIds", "not_connected", sentence, platform)
            continue
        state, reason = health(connection, now)
        end = connection.access_ends_at
        if state is Health.RECONNECT_REQUIRED:
            sentence = reason or f"Connect the {name} account again."
            yield Notice("connectionIds", "reconnect_required", sentence, platform)
        elif end is not None and end <= row["scheduled_at"]:
            sentence = (
                f"Our access to {name} expires at {format_timestamp(end)}, before the post's time. "
                "Connect the account again before then."
            )
            yield Notice("connectionIds", "connection_expiring", sentence, platform)


_queries = sql.load(__package__)
