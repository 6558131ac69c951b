"""Validation of a post against the rules of its platforms, without saving or publishing the post."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NotRequired, TypedDict
from uuid import UUID

from minutehand.platforms.api_warning import ApiWarning
from minutehand.platforms.catalog import PlatformKey
from minutehand.posts import alt_texts, neighbours, times, validation
from minutehand.posts.named_connections import platforms_of_connections
from minutehand.posts.reading import find
from minutehand.posts.time_zones import resolve_time
from minutehand.runtime.db import Database
from minutehand.runtime.identity import Identity

if TYPE_CHECKING:
    from minutehand.platforms.media_probe import Prober
    from minutehand.posts.forms.validate import PostToValidate

MEDIA_PROBE_SECONDS = 5.0
"""The maximum total time for probing a post's media."""


class Validation(TypedDict):
    """Whether a post is valid, with a report for each of its platforms, and any warnings about the whole post."""

    valid: bool
    platforms: dict[PlatformKey, validation.PlatformReport]
    warnings: NotRequired[list[ApiWarning]]


def validate_new(
    db: Database, writer: Identity, new: "PostToValidate", *, prober: "Callable[[], Prober]", now: datetime
) -> Validation:
    """Validate an unsaved post. Return ``valid``, the reports of its ``platforms``, and any ``warnings``.

    Raises:
        InvalidInput: the time is invalid, or the post names a connection that does not exist.
    """
    resolved = resolve_time(db, writer, new, now)
    named = platforms_of_connections(db, writer, new.connection_ids)
    post = new.model_dump() | {
        "platforms": [*new.platforms, *sorted(set(named) - set(new.platforms))],
        "connection_platforms": named,
        "scheduled_at": resolved.at if resolved else None,
    }
    return _result(db, writer, post, prober, resolved.notices if resolved else ())


def validate_saved(db: Database, writer: Identity, post_id: UUID, *, prober: "Callable[[], Prober]") -> Validation:
    """Validate a saved post. Return ``valid``, the reports of its ``platforms``, and any ``warnings``.

    Raises:
        NotFound: the owner has no such post.
    """
    return _result(db, writer, find(db, writer, post_id), prober)


def _result(
    db: Database,
    writer: Identity,
    post: validation.Post,
    prober: "Callable[[], Prober]",
    notices: Sequence[times.Notice] = (),
) -> Validation:
    reports = validation.reports(db, writer.owner_id, post, prober, seconds=MEDIA_PROBE_SECONDS)
    result: Validation = {
        "valid": not any(report.errors for report in reports.values()),
        "platforms": {platform: validation.rendered(report) for platform, report in reports.items()},
    }
    resembling = neighbours.find(db, writer.owner_id, post)
    warnings = [notice.rendered() for notice in (*notices, *alt_texts.notices(post), *resembling)]
    return {**result, "warnings": warnings} if warnings else result
