"""Recognising a post in a list of an account's posts, where no handle tells."""

import unicodedata
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

CLOCK_SKEW = timedelta(seconds=30)
"""How far Meta's clock, which counts whole seconds, may be behind ours."""


def rows(answer: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Return the entries of a list, which comes as ``{"data": [...], "paging": {...}}``."""
    data = answer.get("data")
    for row in data if isinstance(data, list) else ():
        if isinstance(row, Mapping):
            yield row


def same_text(said: Any, meant: str) -> bool:
    """Say whether a text that came back is the one that was sent: spaces may have been trimmed on the way."""
    return _plain(said if isinstance(said, str) else "") == _plain(meant)


def is_since(stamp: Any, since: datetime) -> bool:
    """Say whether a time as the Graph API writes it (``2026-03-02T09:00:00+0000``) is not before ``since``."""
    try:
        moment = datetime.fromisoformat(stamp)
    except (TypeError, ValueError):
        return False
    return moment.tzinfo is not None and moment >= since


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
