"""The budgets of owners on platforms that charge for reads. Reads are counted before they are made."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from minutehand.analytics.work import Task
from minutehand.platforms.catalog import PLATFORMS, display_name
from minutehand.platforms.errors import RateLimited
from minutehand.runtime import sql
from minutehand.runtime.clock import Clock
from minutehand.runtime.db import Database


class Budget:
    """Counts paid reads per month. Days and months begin at midnight UTC, as X's billing days do."""

    def __init__(self, db: Database, clock: Clock, reads_per_month: int) -> None:
        self._db = db
        self._clock = clock
        self._reads_per_month = reads_per_month

    def reserve(self, tasks: Sequence[Task], price: Callable[[Task], int]) -> list[Task]:
        """Count the paid reads of ``tasks``, and return the tasks that the budgets allow.

        ``price``: returns the number of paid reads of a task. If the budget allows only some reads of a task, the last
        publications of the task are removed. A task that is shortened or omitted gets a `RateLimited` error, whose
        ``until`` is the beginning of the next month.
        """
        paid = [task for task in tasks if _is_paid(task)]
        left = self._allowed(paid, price) if paid else {}
        allowed = [task for task in tasks if not _is_paid(task)]
        for task in paid:
            key = (task.connection.owner_id, task.connection.platform)
            wanted, possible = price(task), min(price(task), left[key])
            if possible < wanted:
                name = display_name(task.connection.platform)
                reason = f"This month's budget for reads on {name} is used up."
                task.error = RateLimited("budget_used", reason, until=_next_month(self._clock.now()))
                if not task.publications or not possible:
                    continue
                del task.publications[possible:]
            left[key] -= possible
            allowed.append(task)
        return allowed

    def _allowed(self, tasks: Sequence[Task], price: Callable[[Task], int]) -> dict[tuple[str, str], int]:
        wanted: dict[tuple[str, str], int] = {}
        for task in tasks:
            key = (task.connection.owner_id, task.connection.platform)
            wanted[key] = wanted.get(key, 0) + price(task)
        today = self._clock.now().astimezone(UTC).date()
        rows = self._db.fetch(
            _queries["reserve_paid_reads"],
            owner_ids=[owner_id for owner_id, _ in wanted],
            platforms=[platform for _, platform in wanted],
            reads=list(wanted.values()),
            budget=self._reads_per_month,
            since=today.replace(day=1),
            day=today,
        )
        return {(row["owner_id"], row["platform"]): row["reads"] for row in rows}


def _is_paid(task: Task) -> bool:
    return PLATFORMS[task.connection.platform].paid_reads


def _next_month(now: datetime) -> datetime:
    first = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first + timedelta(days=32)).replace(day=1)


_queries = sql.load(__package__)
