"""The windows of publications: whether one has closed, and what a person reads if it closed too early."""

from datetime import datetime, timedelta

from minutehand.platforms.catalog import display_name
from minutehand.platforms.port import Rejected
from minutehand.publishing.work import Work


def is_past_window(work: Work, now: datetime) -> bool:
    """Return whether the window of ``work`` has closed. A publication whose publish call may have begun has none."""
    return work.armed_at is None and work.expires_at is not None and now > work.expires_at


def missed_window(work: Work) -> Rejected:
    """Return the error of a publication whose window has closed: what it waited for, if it waited."""
    if work.failure_code is not None and work.failure_reason is not None:
        return Rejected(work.failure_code, past_window(work, work.failure_reason))
    return Rejected("missed_window", _not_in_time(work))


def past_window(work: Work, reason: str) -> str:
    """Return the sentences for a publication that waited, for ``reason``, until its window closed."""
    return f"{reason} {_not_in_time(work)}"


def _not_in_time(work: Work) -> str:
    name = display_name(work.platform)
    if work.part > 1:
        return f"This part could not be published on {name} soon enough after the part before it."
    window = (work.expires_at or work.due_at) - work.due_at
    return f"This post could not be published on {name} within {in_words(window)} of its scheduled time."


def in_words(duration: timedelta) -> str:
    """Return ``duration`` in the largest unit of which it is a multiple: hours, minutes or seconds."""
    seconds = int(duration.total_seconds())
    for unit, size in (("hour", 3_600), ("minute", 60)):
        if seconds >= 2 * size and seconds % size == 0:
            return f"{seconds // size} {unit}s"
    return f"{seconds} seconds"
