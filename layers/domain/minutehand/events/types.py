"""The types of events. Stored events keep their types, so a type is never renamed."""

from typing import Literal

type EventType = Literal[
    "post.created",
    "post.updated",
    "post.scheduled",
    "post.queued",
    "post.published",
    "post.failed",
    "post.cancelled",
    "post.approved",
    "post.rejected",
    "post.retried",
    "post.archived",
    "post.deleted",
    "post.job_cleared",
    "publication.published",
    "publication.failed",
    "publication.unknown",
    "connection.connected",
    "connection.expiring",
    "connection.reconnect_required",
    "connection.disconnected",
    "media.ready",
    "token.created",
    "token.revoked",
]
EVENT_TYPES: tuple[EventType, ...] = EventType.__value__.__args__
