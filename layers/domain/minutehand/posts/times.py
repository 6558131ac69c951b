"""Parses the time of a post: an ISO 8601 time with an offset, or a wall-clock time in the time zone of the post."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

from minutehand.platforms.api_warning import ApiWarning, OtherPost
from minutehand.queue.policy import LATE_TOLERANCE
from minutehand.runtime.errors import InvalidInput
from minutehand.runtime.timezones import time_zone
from minutehand.runtime.validation import Problem, invalid

MAX_TIME_AHEAD = timedelta(days=3653)
"""The maximum time from now to a post's scheduled time: ten years."""
EXAMPLES = "2026-05-04T09:30:00Z, 2026-05-04T09:30:00+02:00 or 2026-05-04T09:30"
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,9})?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?"
)


class Notice(NamedTuple):
    """A warning in the response to a request that succeeds."""

    field: str
    code: str
    message: str
    platform: str | None = None
    """The platform that the notice concerns, or None if the notice concerns the whole post."""
    other_post: OtherPost | None = None
    """The other post, if the notice compares two posts."""

    def rendered(self) -> ApiWarning:
        """Return the fields of the notice that the API shows."""
        shown: ApiWarning = {"field": self.field, "code": self.code, "message": self.message}
        if self.platform is not None:
            shown["platform"] = self.platform
        if self.other_post is not None:
            shown["otherPost"] = self.other_post
        return shown


class Resolved(NamedTuple):
    """An instant in UTC, and notices about its interpretation."""

    at: datetime
    notices: tuple[Notice, ...] = ()


def parse(text: object) -> datetime:
    """Parse ``text``. Return an aware datetime for a time with an offset, or a naive datetime for a wall-clock time.

    Digits beyond microseconds are ignored.

    Raises:
        Problem: ``text`` is not a string, is not a date and time in ISO 8601, or has a date, a time of day or an offset
            that does not exist.
    """
    if not isinstance(text, str):
        raise Problem("scheduledAt must be a string in ISO 8601.", allowed=EXAMPLES)
    written = text.strip().upper()
    if _DATE.fullmatch(written):
        raise Problem(f"scheduledAt {written} has no time of day. Add one, such as {written}T09:30.", allowed=EXAMPLES)
    if not _TIME.fullmatch(written):
        raise Problem("scheduledAt is not a date and time in ISO 8601.", allowed=EXAMPLES)
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        raise Problem(
            "scheduledAt has a date, a time of day or an offset that does not exist.", allowed=EXAMPLES
        ) from None


def parse_moment(text: object) -> datetime:
    """Parse the beginning or the end of a period: a date, which means the beginning of that day, or a date and time.

    Return an aware datetime for a time with an offset, and otherwise a naive datetime.

    Raises:
        Problem: ``text`` is neither a date nor a date and time in ISO 8601, or has a date, a time of day or an offset
            that does not exist.
    """
    written = text.strip() if isinstance(text, str) else ""
    try:
        return parse(f"{written}T00:00" if _DATE.fullmatch(written) else written)
    except Problem:
        raise Problem("Give from and to as dates or times in ISO 8601.", allowed=f"2026-05-04, {EXAMPLES}") from None


def instant(written: datetime, timezone: str) -> datetime:
    """Convert a result of `parse_moment` to an instant. A time that the clocks skip is interpreted with the offset
    before the change.

    Raises:
        OverflowError: the time is within the first or last hours that a datetime can represent.
    """
    return (written if written.tzinfo else written.replace(tzinfo=time_zone(timezone))).astimezone(UTC)


def resolve(written: datetime, timezone: str, now: datetime) -> Resolved:
    """Convert ``written``, a result of `parse`, to an instant. Wall-clock time is interpreted in ``timezone``.

    If a wall-clock time occurs twice, return the first occurrence with a notice.

    Raises:
        InvalidInput: the clocks skip the time, or the time is more than 60 s in the past or more than ten years in the
            future.
    """
    try:
        resolved = Resolved(written.astimezone(UTC)) if written.tzinfo else _in_zone(written, timezone)
    except OverflowError:  # The time is within the first or last hours that a datetime can represent.
        raise _out_of_range(written, "is out of range", now) from None
    if resolved.at < now - LATE_TOLERANCE:
        raise _out_of_range(written, "is in the past", now)
    if resolved.at > now + MAX_TIME_AHEAD:
        raise _out_of_range(written, "is more than ten years ahead", now)
    return resolved


def local(at: datetime, timezone: str) -> datetime:
    """Return the instant ``at`` in ``timezone``."""
    return at.astimezone(time_zone(timezone))


def _in_zone(wall: datetime, timezone: str) -> Resolved:
    first = wall.replace(tzinfo=time_zone(timezone), fold=0)
    second = first.replace(fold=1)
    offset, other = first.utcoffset() or timedelta(), second.utcoffset() or timedelta()
    # PEP 495: if both folds have the same offset, the time is unique. If the clocks go forward, the second fold has the
    # larger offset. If the clocks go back, the second fold has the smaller offset.
    if offset < other:
        raise _skipped(wall, timezone, second.astimezone(UTC), first.astimezone(UTC))
    at = first.astimezone(UTC)
    return Resolved(at) if offset == other else Resolved(at, (_ambiguous(wall, timezone, first, second),))


def _skipped(wall: datetime, timezone: str, low: datetime, high: datetime) -> InvalidInput:
    change = _change_between(low, high, time_zone(timezone))
    # The last time before the gap, with the precision of the given time: 01:59 for 02:30, 01:59:59 for 02:30:15.
    step = timedelta(minutes=1) if wall.second == wall.microsecond == 0 else timedelta(seconds=1)
    valid = [local(change - step, timezone), local(change, timezone)]
    before, after = (f"{moment:%Y-%m-%dT%H:%M:%S}" for moment in valid)
    return invalid(
        "scheduledAt",
        f"scheduledAt {_wall(wall)} does not exist in {timezone}, because the clocks go forward. "
        f"The nearest times that exist are {before} and {after}.",
        given=_wall(wall),
        allowed=[moment.isoformat(timespec="seconds") for moment in valid],
        code="time_does_not_exist",
    )


def _change_between(low: datetime, high: datetime, zone: tzinfo) -> datetime:
    """Return the first second after ``low`` at which the offset is the same as at ``high``. All instants are in UTC."""
    after = high.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == after:
            high = middle
        else:
            low = middle
    return high.replace(microsecond=0)


def _ambiguous(wall: datetime, timezone: str, first: datetime, second: datetime) -> Notice:
    return Notice(
        "scheduledAt",
        "ambiguous_time",
        f"{_wall(wall)} occurs twice in {timezone}, because the clocks go back. We use the first, "
        f"{first.isoformat()}. To use the second, give {second.isoformat()}.",
    )


def _out_of_range(written: datetime, what: str, now: datetime) -> InvalidInput:
    earliest, latest = now - LATE_TOLERANCE, now + MAX_TIME_AHEAD
    return invalid(
        "scheduledAt",
        f"scheduledAt {written.isoformat()} {what}.",
        given=written.isoformat(),
        allowed=f"{earliest:%Y-%m-%dT%H:%M:%SZ} to {latest:%Y-%m-%dT%H:%M:%SZ}",
    )


def _wall(wall: datetime) -> str:
    return wall.isoformat(timespec="auto")
