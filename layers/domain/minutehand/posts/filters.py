"""Converts the filters of lists of posts to the parameters of statements."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from minutehand.posts.times import instant, parse_moment
from minutehand.runtime.validation import invalid

if TYPE_CHECKING:
    from minutehand.posts.forms.filters import PostFilters
    from minutehand.posts.forms.plan import PlanQuery
    from minutehand.posts.search import Search

MAX_PERIOD = timedelta(days=62)
"""The maximum length of a period: two long months. One hour more is allowed for the end of daylight saving time."""


def parameters(query: "PostFilters") -> dict[str, Any]:
    """Return the parameters of the statements for the filters of ``query``.

    Raises:
        InvalidInput: ``to`` is not later than ``from``, a time is out of range, or a search that must read the texts of
            the posts has no complete period.
    """
    since, until = period(query)
    search = None if query.q is None else _search(query.q)
    if search is not None and search.substrings and (since is None or until is None):
        sentence = f'"{search.substrings[0]}" is in a script without spaces. To search for it, give from and to.'
        raise invalid("q", sentence, given=query.q)
    statuses = query.statuses()
    return {
        "status": statuses[0] if len(statuses) == 1 else None,
        "statuses": statuses if len(statuses) > 1 else None,
        "platform": query.platform,
        "campaign": query.campaign,
        "approval_status": query.approval_status,
        "failure_code": query.failure_code,
        "connection_id": query.connection_id,
        "since": since,
        "until": until,
        "words": search.words if search else None,
        "substrings": list(search.substrings) if search and search.substrings else None,
    }


def period(query: "PostFilters | PlanQuery") -> tuple[datetime | None, datetime | None]:
    """Return the beginning and the end of the period of ``query``, each None if it is not given.

    Raises:
        InvalidInput: ``to`` is not later than ``from``, or a time is out of range.
    """
    since, until = (_instant(name, value, query.timezone) for name, value in (("from", query.from_), ("to", query.to)))
    if since is not None and until is not None and since >= until:
        raise invalid("to", "to must be later than from.", given=until.isoformat())
    return since, until


def require_short_period(since: datetime, until: datetime) -> None:
    """Check the length of a period.

    Raises:
        InvalidInput: the period is more than an hour longer than `MAX_PERIOD`.
    """
    if until - since > MAX_PERIOD + timedelta(hours=1):
        given = f"{(until - since) / timedelta(days=1):.1f} days"
        raise invalid(
            "to",
            f"from and to are {given} apart; at most {MAX_PERIOD.days} are allowed.",
            given=given,
            allowed=f"at most {MAX_PERIOD.days} days",
        )


def list_key(filters: dict[str, Any]) -> list[str | None]:
    """Return the part of a cursor's list key that identifies the filters; see `Cursor.encode`."""
    return [None if value is None else str(value) for value in filters.values()]


def _search(text: str) -> "Search":
    from minutehand.posts.search import parse_search  # imported late, because most lists are not searched

    return parse_search(text)


def _instant(name: str, written: str | None, timezone: str) -> datetime | None:
    try:
        return None if written is None else instant(parse_moment(written), timezone)
    except OverflowError:
        raise invalid(name, f"{name} {written} is out of range.", given=written) from None
