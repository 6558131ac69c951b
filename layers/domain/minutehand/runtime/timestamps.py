"""Formats times for the API: in ISO 8601, in UTC, with milliseconds."""

from datetime import UTC, datetime
from typing import overload

from minutehand.runtime.response_types import Timestamp


@overload
def format_timestamp(instant: datetime) -> Timestamp: ...


@overload
def format_timestamp(instant: datetime | None) -> Timestamp | None: ...


def format_timestamp(instant: datetime | None) -> Timestamp | None:
    """Return ``instant`` in ISO 8601, in UTC with milliseconds and ``Z``. Return None if ``instant`` is None."""
    if instant is None:
        return None
    # The time zone is removed so that isoformat adds no offset.
    return f"{instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"
