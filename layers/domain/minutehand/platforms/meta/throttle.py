"""The wait after a throttled call. Meta does not send Retry-After. Instead, Meta sends usage percentages and sometimes
a wait in minutes.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from minutehand.platforms.json_values import parse_json

BUSINESS_USAGE = "X-Business-Use-Case-Usage"
DEFAULT_WAIT = timedelta(minutes=10)
"""The wait if no header states a wait. Meta counts the calls made in the last hour."""
MIN_WAIT, MAX_WAIT = timedelta(minutes=1), timedelta(days=1)


def retry_time(headers: Mapping[str, str], now: datetime) -> datetime:
    """Return the time of the retry: ``now`` plus the longest wait in the header, but at least a minute and at most a
    day. If the header contains no wait, return ``now`` plus `DEFAULT_WAIT`.
    """
    minutes = [minutes for minutes in _waits(headers.get(BUSINESS_USAGE, "")) if minutes > 0]
    if not minutes:
        return now + DEFAULT_WAIT
    return now + min(max(timedelta(minutes=min(max(minutes), MAX_WAIT / MIN_WAIT)), MIN_WAIT), MAX_WAIT)


def _waits(header: str) -> Iterator[float]:
    """Yield the minutes in ``{"<business or page>": [{"estimated_time_to_regain_access": <minutes>, ...}]}``."""
    try:
        usage: Any = parse_json(header)
    except ValueError:
        return
    for uses in usage.values() if isinstance(usage, dict) else ():
        for use in uses if isinstance(uses, list) else ():
            wait = use.get("estimated_time_to_regain_access") if isinstance(use, dict) else None
            if isinstance(wait, int | float) and not isinstance(wait, bool):
                yield wait
