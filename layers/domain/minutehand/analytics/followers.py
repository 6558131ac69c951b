"""Claims and saves the daily readings of numbers of followers."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from minutehand.analytics import problems
from minutehand.analytics.work import CLAIM, Connection, Task
from minutehand.platforms.errors import PermissionMissing, RateLimited
from minutehand.runtime import sql
from minutehand.runtime.db import Database

INTERVAL = timedelta(days=1)


def claim(db: Database, platforms: Sequence[str], served: Collection[str], *, now: datetime) -> list[Task]:
    """Claim due connections of owners that are not in ``served``, and return a task for each connection."""
    rows = db.fetch(_queries["claim_followers"], platforms=list(platforms), served=list(served), now=now, **CLAIM)
    return [Task(Connection.of(row), tries=row["tries"]) for row in rows]


def save(db: Database, tasks: Sequence[Task], *, now: datetime) -> None:
    """Save the numbers of followers, the times of the next readings and the problems of ``tasks``.

    After a rate limit, the connection is read again when the limit ends. If a permission is missing, the connection is
    read again after `INTERVAL`. After any other error, it is read again at the time that the claim has set.
    """
    rows = [(task, due) for task in tasks if (due := _next_time(task, now)) is not None]
    if rows:
        db.fetch(
            _queries["save_followers"],
            connection_ids=[task.connection.id for task, _ in rows],
            followers=[task.followers.value if task.followers else None for task, _ in rows],
            names=[task.followers.name if task.followers else None for task, _ in rows],
            due_at=[due for _, due in rows],
            now=now,
        )
    problems.note(db, tasks, "account", now=now)


def _next_time(task: Task, now: datetime) -> datetime | None:
    if isinstance(task.error, RateLimited):
        return task.error.until
    return now + INTERVAL if task.error is None or isinstance(task.error, PermissionMissing) else None


_queries = sql.load(__package__)
