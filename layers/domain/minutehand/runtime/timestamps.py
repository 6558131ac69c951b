"""Formats times for the API: in ISO 8601, in UTC, with milliseconds."""

from datetime import UTC, datetime
from typing import overload

from minutehand.runtime.response_types import Timestamp


@overload
def format_timestamp(moment: datetime) -> Timestamp: ...


@overload
def format_timestamp(moment: datetime | None) -> Timestamp | None: ...


def format_timestamp(moment: datetime | None) -> Timestamp | None:
    """Return ``moment`` in ISO 8601, in UTC with milliseconds and ``Z``. Return None if ``moment`` is None."""
    if moment is None:
        return None
    # The time zone is removed so that isoformat adds no offset.
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"
