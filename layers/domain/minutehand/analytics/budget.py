"""The budgets of owners on platforms that charge for reads. Reads are counted before they are made."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from minutehand.analytics.work import Turn
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

    def reserve(self, turns: Sequence[Turn], price: Callable[[Turn], int]) -> list[Turn]:
        """Count the paid reads of ``turns``, and return the turns that the budgets allow.

        ``price``: returns the number of paid reads of a turn. If the budget allows only some reads of a turn, the last
        publications of the turn are removed. A turn that is shortened or omitted gets a `RateLimited` error, whose
        ``until`` is the beginning of the next month.
        """
        paid = [turn for turn in turns if _is_paid(turn)]
        left = self._allowed(paid, price) if paid else {}
        allowed = [turn for turn in turns if not _is_paid(turn)]
        for turn in paid:
            key = (turn.connection.owner_id, turn.connection.platform)
            wanted, possible = price(turn), min(price(turn), left[key])
            if possible < wanted:
                name = display_name(turn.connection.platform)
                reason = f"This month's budget for reads on {name} is used up."
                turn.error = RateLimited("budget_used", reason, until=_next_month(self._clock.now()))
                if not turn.publications or not possible:
                    continue
                del turn.publications[possible:]
            left[key] -= possible
            allowed.append(turn)
        return allowed

    def _allowed(self, turns: Sequence[Turn], price: Callable[[Turn], int]) -> dict[tuple[str, str], int]:
        wanted: dict[tuple[str, str], int] = {}
        for turn in turns:
            key = (turn.connection.owner_id, turn.connection.platform)
            wanted[key] = wanted.get(key, 0) + price(turn)
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


def _is_paid(turn: Turn) -> bool:
    return PLATFORMS[turn.connection.platform].paid_reads


def _next_month(now: datetime) -> datetime:
    first = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first + timedelta(days=32)).replace(day=1)


_queries = sql.load(__package__)
