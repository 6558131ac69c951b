"""Times as people in Berlin see them. The browser of the tests is there."""

from datetime import UTC, datetime, timedelta

from minutehand.runtime.timezones import time_zone

BERLIN = time_zone("Europe/Berlin")


def local(instant: str | datetime) -> datetime:
    """Return an instant of the API, or another one, as a time in Berlin."""
    return (datetime.fromisoformat(instant) if isinstance(instant, str) else instant).astimezone(BERLIN)


def tomorrow(hour: int, minute: int = 0) -> str:
    """Return an instant of the day that is tomorrow in Berlin. Its hour is an hour of UTC, from 0 to 21."""
    day = datetime.now(BERLIN) + timedelta(days=1)
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0, tzinfo=UTC).isoformat()


def in_words(at: datetime, now: datetime | None = None) -> str:
    """Return an instant as the planner writes it, such as `Wed 24 March, 09:30 CET`.

    The year is written if it is not the year of ``now``, which is the present without this argument.
    """
    at = local(at)
    year = f" {at.year}" if at.year != local(now or datetime.now(UTC)).year else ""
    return f"{at:%a} {at.day} {at:%B}{year}, {at:%H:%M} {at:%Z}"
