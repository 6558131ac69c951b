"""The metrics of one post: the newest metrics and the snapshots of each of its publications."""

from collections import defaultdict
from typing import Any, TypedDict
from uuid import UUID

from minutehand.analytics.rendering import MetricValue, Problem, metric_values, problem
from minutehand.platforms.catalog import PlatformKey
from minutehand.queue.errors import post_not_found
from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.identity import Identity
from minutehand.runtime.response_types import Timestamp, Uuid
from minutehand.runtime.timestamps import format_timestamp


class Snapshot(TypedDict):
    """The metrics of a publication at a moment. ``hours``: the moment, in hours after the publication."""

    at: Timestamp
    hours: int
    metrics: list[MetricValue]


class MeasuredPublication(TypedDict):
    """A publication with its newest metrics, all its snapshots and the time of its next reading."""

    publicationId: Uuid
    connectionId: Uuid
    platform: PlatformKey
    part: int
    publishedAt: Timestamp
    asOf: Timestamp | None
    nextReadingAt: Timestamp | None
    deletedAt: Timestamp | None
    problem: Problem | None
    metrics: list[MetricValue]
    snapshots: list[Snapshot]


class PostMetrics(TypedDict):
    """The metrics of a post. ``asOf``: the time of the newest metrics, or None if there are none."""

    postId: Uuid
    asOf: Timestamp | None
    publications: list[MeasuredPublication]


def post_metrics(db: Database, reader: Identity, post_id: UUID) -> PostMetrics:
    """Return the metrics of a post, with its publications in the order in which they were published.

    Raises:
        NotFound: the owner has no such post.
    """
    filters = {"post_id": post_id, "owner_id": reader.owner_id}
    rows = db.fetch(_queries["measured_publications"], **filters)
    if not rows:
        raise post_not_found()
    snapshots = defaultdict(list)
    for row in db.fetch(_queries["snapshots"], **filters):
        snapshots[row["publication_id"]].append(_snapshot(row))
    publications = [
        _publication(row, snapshots[row["publication_id"]]) for row in rows if row["publication_id"] is not None
    ]
    taken = [each["asOf"] for each in publications if each["asOf"] is not None]
    return {"postId": str(post_id), "asOf": max(taken, default=None), "publications": publications}


def _publication(row: dict[str, Any], snapshots: list[Snapshot]) -> MeasuredPublication:
    return {
        "publicationId": str(row["publication_id"]),
        "connectionId": str(row["connection_id"]),
        "platform": row["platform"],
        "part": row["part"],
        "publishedAt": format_timestamp(row["published_at"]),
        "asOf": format_timestamp(row["taken_at"]),
        "nextReadingAt": format_timestamp(row["due_at"]),
        "deletedAt": format_timestamp(row["deleted_at"]),
        "problem": problem(row),
        "metrics": metric_values(row["metrics"]),
        "snapshots": snapshots,
    }


def _snapshot(row: dict[str, Any]) -> Snapshot:
    return {
        "at": format_timestamp(row["taken_at"]),
        "hours": row["moment"],
        "metrics": metric_values(row["metrics"]),
    }


_queries = sql.load(__package__)
