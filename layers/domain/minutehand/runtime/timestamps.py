"""Moments as the API writes them."""

from datetime import UTC, datetime


def format_timestamp(moment: datetime | None) -> str | None:
    """Return ``moment`` in UTC with milliseconds and ``Z``."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
