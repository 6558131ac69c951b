"""How long Meta wants us to wait. It sends no Retry-After, but shares of the quota, and sometimes minutes."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

BUSINESS_USAGE = "X-Business-Use-Case-Usage"
UNTOLD = timedelta(minutes=10)
"""The wait when no header tells one: calls are counted over the last hour."""
MIN_WAIT, MAX_WAIT = timedelta(minutes=1), timedelta(days=1)


def regain_moment(headers: Mapping[str, str], now: datetime) -> datetime:
    """Return when calls are allowed again: the longest of the waits in the header, between a minute and a day."""
    minutes = [minutes for minutes in _minutes(headers.get(BUSINESS_USAGE, "")) if minutes > 0]
    if not minutes:
        return now + UNTOLD
    return now + min(max(timedelta(minutes=min(max(minutes), MAX_WAIT / MIN_WAIT)), MIN_WAIT), MAX_WAIT)


def _minutes(header: str) -> Iterator[float]:
    """Read ``{"<business or page>": [{"type": ..., "estimated_time_to_regain_access": <minutes>}, ...]}``."""
    try:
        usage: Any = json.loads(header)
    except ValueError:
        return
    for uses in usage.values() if isinstance(usage, dict) else ():
        for use in uses if isinstance(uses, list) else ():
            wait = use.get("estimated_time_to_regain_access") if isinstance(use, dict) else None
            if isinstance(wait, int | float) and not isinstance(wait, bool):
                yield wait
