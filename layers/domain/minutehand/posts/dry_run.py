"""Telling beforehand what each platform would say to a post, without writing it."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from minutehand.posts import times, validation
from minutehand.posts.reading import find
from minutehand.posts.writing import platforms_of
from minutehand.runtime.db import Database
from minutehand.runtime.identity import Identity

if TYPE_CHECKING:
    from minutehand.platforms.media_probe import Prober
    from minutehand.posts.forms.validate import PostToValidate

MEDIA_PROBE_SECONDS = 5.0
"""How long media are looked at."""


def validate_new(
    db: Database, writer: Identity, new: "PostToValidate", *, prober: "Callable[[], Prober]", now: datetime
) -> dict[str, Any]:
    """Return ``valid`` and, by platform, what would be said to the post if it were written like this.

    Raises:
        InvalidInput: its time is not possible, or it names an account that is not there.
    """
    resolved = times.resolve(new.scheduled_at, new.timezone, now) if new.scheduled_at else None
    named = platforms_of(db, writer, new.connection_ids)
    post = new.model_dump() | {
        "platforms": [*new.platforms, *sorted(set(named) - set(new.platforms))],
        "connection_platforms": named,
    }
    notices = [notice.rendered() for notice in resolved.notices] if resolved else []
    return _told(db, writer, post, prober) | ({"warnings": notices} if notices else {})


def validate_saved(db: Database, writer: Identity, post_id: UUID, *, prober: "Callable[[], Prober]") -> dict[str, Any]:
    """Return ``valid`` and, by platform, what would be said to the post as it stands.

    Raises:
        NotFound: there is no such post, or it is another's.
    """
    return _told(db, writer, find(db, writer, post_id), prober)


def _told(db: Database, writer: Identity, post: validation.Post, prober: "Callable[[], Prober]") -> dict[str, Any]:
    found = validation.reports(db, writer.owner_id, post, prober, seconds=MEDIA_PROBE_SECONDS)
    return {
        "valid": not any(verdict.errors for verdict in found.values()),
        "platforms": {platform: validation.rendered(verdict) for platform, verdict in found.items()},
    }
