"""The time zone of a new post. If the request has no time zone, the owner's settings provide it."""

from typing import TYPE_CHECKING

from minutehand.posts import times
from minutehand.runtime.db import Database
from minutehand.runtime.identity import Identity

if TYPE_CHECKING:
    from datetime import datetime

    from minutehand.posts.forms.new_post import NewPostFields


def given_time_zone(new: "NewPostFields") -> str | None:
    """Return the time zone in the request, or None if the post gets the time zone of its owner."""
    return new.timezone if "timezone" in new.model_fields_set else None


def resolve_time(db: Database, writer: Identity, new: "NewPostFields", now: "datetime") -> times.Resolved | None:
    """Return the time of a new post, or None if the post has no time.

    The settings are read only for a local time without a time zone.

    Raises:
        InvalidInput: the time is invalid; see `times.resolve`.
    """
    if new.scheduled_at is None:
        return None
    timezone = given_time_zone(new)
    if timezone is None and new.scheduled_at.tzinfo is None:
        from minutehand.owners import settings  # imported late, because few posts need it

        timezone = settings.time_zone(db, writer.owner_id)
    return times.resolve(new.scheduled_at, timezone or new.timezone, now)
