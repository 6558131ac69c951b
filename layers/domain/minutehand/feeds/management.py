"""Creates, lists and revokes calendar feeds."""

from datetime import datetime
from typing import Any, TypedDict

from minutehand.feeds.forms import FeedReference, NewFeed, feed_not_found
from minutehand.feeds.secret import digest, generate
from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.identity import Identity
from minutehand.runtime.limits import LOCK, limit_reached
from minutehand.runtime.response_types import Confirmation, Timestamp, Uuid
from minutehand.runtime.timestamps import format_timestamp

MAX_FEEDS = 100
"""The maximum number of feeds of one owner."""


class Feed(TypedDict):
    """A calendar feed, without its secret."""

    id: Uuid
    name: str
    createdBy: str
    createdAt: Timestamp


class FeedList(TypedDict):
    """The feeds, newest first."""

    feeds: list[Feed]


class CreatedFeed(TypedDict):
    """The new feed, with the path that contains its secret."""

    feed: Feed
    path: str | None
    """The secret address of the calendar, relative to the address of the API, or null if the request was repeated."""


def create(db: Database, creator: Identity, new: NewFeed, *, now: datetime) -> tuple[Feed, str]:
    """Create a feed of the owner's posts, and return it with its secret, which is not stored.

    Raises:
        Conflict: the owner already has `MAX_FEEDS` feeds.
    """
    secret = generate()
    row = db.one_locked(
        LOCK,
        _queries["create"],
        limited="feeds",
        max_feeds=MAX_FEEDS,
        owner_id=creator.owner_id,
        created_by=creator.user_id,
        name=new.name,
        secret_hash=digest(secret),
        now=now,
    )
    if row is None:
        raise limit_reached("calendar feeds", limit=MAX_FEEDS, present=MAX_FEEDS, advice="Revoke a feed first.")
    return _shown(row), secret


def list_feeds(db: Database, reader: Identity) -> FeedList:
    """Return ``feeds``, newest first: all feeds of the owner for an admin, and otherwise the caller's own feeds."""
    rows = db.fetch(_queries["list_feeds"], owner_id=reader.owner_id, created_by=_creator(reader))
    return {"feeds": [_shown(row) for row in rows]}


def revoke(db: Database, person: Identity, reference: FeedReference) -> Confirmation:
    """Revoke a feed, and return a ``message``. An execution environment that has served the feed may serve it for up
    to 25 more seconds.

    Raises:
        NotFound: there is no such feed, or it belongs to another person and the caller is not an admin.
    """
    feed_id, created_by = reference.id(), _creator(person)
    if db.one(_queries["revoke"], feed_id=feed_id, owner_id=person.owner_id, created_by=created_by) is None:
        raise feed_not_found()
    return {"message": "Calendar feed revoked successfully"}


def _creator(person: Identity) -> str | None:
    """Return the person whose feeds the caller may see, or None if the caller may see all feeds of the owner."""
    return None if "admin" in person.roles else person.user_id


def _shown(row: dict[str, Any]) -> Feed:
    return {
        "id": str(row["id"]),
        "name": row["name"],
        "createdBy": row["created_by"],
        "createdAt": format_timestamp(row["created_at"]),
    }


_queries = sql.load(__package__)
