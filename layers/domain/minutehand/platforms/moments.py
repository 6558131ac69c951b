"""Parses the times in a server's responses. A server may send an invalid time, such as one in the year 10,000."""

from datetime import UTC, datetime


def iso_time(value: object) -> datetime | None:
    """Return ``value``, a time in ISO 8601, as an aware datetime, or None if it is invalid. The default zone is UTC."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=UTC)


def epoch_time(seconds: object) -> datetime | None:
    """Return the Unix time ``seconds`` as an aware datetime in UTC, or None if it is not a valid time."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None
