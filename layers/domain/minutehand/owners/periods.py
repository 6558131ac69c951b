"""Periods of whole days in a time zone."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from minutehand.runtime.timezones import time_zone
from minutehand.runtime.validation import invalid

MAX_DAYS = 92
"""The maximum length of a period in days. The longest quarter of a year has 92 days."""


class Period(NamedTuple):
    """The days from ``days[0]`` to ``days[-1]`` in a time zone. ``begins``: the instant at which each day begins.
    ``until``: the instant at which the last day ends.
    """

    days: Sequence[date]
    begins: Sequence[datetime]
    until: datetime

    @classmethod
    def between(cls, first: date, end: date, timezone: str) -> "Period":
        """Return the period from ``first`` to the day before ``end``.

        Raises:
            InvalidInput: ``end`` is not 1 to `MAX_DAYS` days after ``first``.
        """
        number = (end - first).days
        if not 1 <= number <= MAX_DAYS:
            sentence = f"from is {first} and to is {end}; to must be 1 to {MAX_DAYS} days after from."
            allowed = f"{first + timedelta(days=1)} to {first + timedelta(days=MAX_DAYS)}"
            raise invalid("to", sentence, given=str(end), allowed=allowed)
        days = [first + timedelta(days=each) for each in range(number)]
        return cls(days, [_midnight(day, timezone) for day in days], _midnight(end, timezone))


def _midnight(day: date, timezone: str) -> datetime:
    """Return the instant at which ``day`` begins. If the clocks skip midnight, the day begins after the gap."""
    return datetime.combine(day, time(), time_zone(timezone)).astimezone(UTC)
