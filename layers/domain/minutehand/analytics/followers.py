"""Claims and saves the daily readings of numbers of followers."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from minutehand.analytics import problems
from minutehand.analytics.work import CLAIM, Connection, Turn
from minutehand.platforms.errors import PermissionMissing, RateLimited
from minutehand.runtime import sql
from minutehand.runtime.db import Database

INTERVAL = timedelta(days=1)


def claim(db: Database, platforms: Sequence[str], served: Collection[str], *, now: datetime) -> list[Turn]:
    """Claim due connections of owners that are not in ``served``, and return a turn for each connection."""
    rows = db.fetch(_queries["claim_followers"], platforms=list(platforms), served=list(served), now=now, **CLAIM)
    return [Turn(Connection.of(row), tries=row["tries"]) for row in rows]


def save(db: Database, turns: Sequence[Turn], *, now: datetime) -> None:
    """Save the numbers of followers, the times of the next readings and the problems of ``turns``.

    After a rate limit, the connection is read again when the limit ends. If a permission is missing, the connection is
    read again after `INTERVAL`. After any other error, it is read again at the time that the claim has set.
    """
    rows = [(turn, due) for turn in turns if (due := _next_time(turn, now)) is not None]
    if rows:
        db.fetch(
            _queries["save_followers"],
            connection_ids=[turn.connection.id for turn, _ in rows],
            followers=[turn.followers.value if turn.followers else None for turn, _ in rows],
            names=[turn.followers.name if turn.followers else None for turn, _ in rows],
            due_at=[due for _, due in rows],
            now=now,
        )
    problems.note(db, turns, "account", now=now)


def _next_time(turn: Turn, now: datetime) -> datetime | None:
    if isinstance(turn.error, RateLimited):
        return turn.error.until
    return now + INTERVAL if turn.error is None or isinstance(turn.error, PermissionMissing) else None


_queries = sql.load(__package__)
