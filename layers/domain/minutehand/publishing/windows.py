"""The windows of publications: the check for a closed window, and the error of a publication that missed its window."""

from datetime import datetime, timedelta

from minutehand.platforms.catalog import display_name
from minutehand.platforms.errors import Rejected
from minutehand.publishing.work import Work


def is_past_window(work: Work, now: datetime) -> bool:
    """Return whether the window of ``work`` has closed. The window does not apply to a call that may have begun."""
    return work.armed_at is None and work.expires_at is not None and now > work.expires_at


def missed_window(work: Work) -> Rejected:
    """Return the error of a publication whose window has closed. The error states the reason for the wait, if any."""
    if work.failure_code is not None and work.failure_reason is not None:
        return Rejected(work.failure_code, past_window(work, work.failure_reason))
    return Rejected("missed_window", _not_in_time(work))


def past_window(work: Work, reason: str) -> str:
    """Return the error message for a publication that cannot be published in its window because of ``reason``."""
    return f"{reason} {_not_in_time(work)}"


def _not_in_time(work: Work) -> str:
    name = display_name(work.platform)
    if work.part > 1:
        return f"This part could not be published on {name} soon enough after the previous part. Retry the post."
    window = in_words((work.expires_at or work.due_at) - work.due_at)
    return f"This post could not be published on {name} within {window} of its scheduled time. Retry the post."


def in_words(duration: timedelta) -> str:
    """Return ``duration`` as two or more whole hours or minutes, if possible, and otherwise in seconds."""
    seconds = int(duration.total_seconds())
    for unit, size in (("hour", 3_600), ("minute", 60)):
        if seconds >= 2 * size and seconds % size == 0:
            return f"{seconds // size} {unit}s"
    return f"{seconds} seconds"
