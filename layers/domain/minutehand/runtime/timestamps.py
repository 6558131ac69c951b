"""Formats timestamps for the API."""

from datetime import UTC, datetime


def format_timestamp(moment: datetime | None) -> str | None:
    """Return ``moment`` in ISO 8601, in UTC with milliseconds and ``Z``. Return None if ``moment`` is None."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
