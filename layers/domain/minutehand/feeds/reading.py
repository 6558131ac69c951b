"""Serves calendar feeds to calendar programs, which do not authenticate. The secret determines the owner."""

from datetime import datetime, timedelta

from minutehand.feeds import icalendar
from minutehand.feeds.forms import feed_not_found
from minutehand.feeds.secret import digest, is_well_formed
from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.recent import Recent

PAST, FUTURE = timedelta(days=31), timedelta(days=366)
"""The period of a feed, before and after the current time."""
MAX_EVENTS = 2_000
MAX_TEXT_CHARACTERS = 500
FOUND_LIFETIME = timedelta(seconds=25)
"""The time for which the owner of a feed is remembered after a look-up. A revocation takes effect within this time. The
API promises 30 seconds, which include the duration of a slow request.
"""
MAX_FOUND = 10_000


class Feeds:
    """Returns the calendars of feeds, and keeps the results of recent look-ups in memory."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._owners: Recent[str] = Recent(FOUND_LIFETIME, MAX_FOUND)

    def calendar(self, secret: str, *, now: datetime) -> str:
        """Return the calendar with the posts of the feed's owner.

        Raises:
            NotFound: the secret is malformed, unknown or revoked.
        """
        since, until = now - PAST, now + FUTURE
        limits = {"limit": MAX_EVENTS, "max_characters": MAX_TEXT_CHARACTERS}
        owner_id = self._owner(secret, now)
        rows = self._db.fetch(_queries["posts"], owner_id=owner_id, since=since, until=until, **limits)
        return icalendar.render(rows)

    def _owner(self, secret: str, now: datetime) -> str:
        if not is_well_formed(secret):
            raise feed_not_found()
        secret_hash = digest(secret)
        owner_id = self._owners.get(secret_hash, now)
        if owner_id is None:
            row = self._db.one(_queries["find_owner"], secret_hash=secret_hash)
            if row is None:
                raise feed_not_found()
            owner_id = str(row["owner_id"])
            self._owners.add(secret_hash, owner_id, now)
        return owner_id


_queries = sql.load(__package__)
