"""Read lists of posts and comments, and compare the text or the time of an entry with the expected one."""

import unicodedata
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from minutehand.platforms.port import Transient

CLOCK_SKEW = timedelta(seconds=30)
"""The maximum time by which Meta's clock may be behind the publisher's clock. Meta's times are whole seconds."""


def rows(answer: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the entries of a list response: ``{"data": [...], "paging": {...}}``."""
    data = answer.get("data")
    for row in data if isinstance(data, list) else ():
        if isinstance(row, Mapping):
            yield row


def required_rows(answer: Mapping[str, Any], platform: str) -> list[Mapping[str, Any]]:
    """Return the entries of a list response.

    Raises:
        Transient: the response has no list.
    """
    if not isinstance(answer.get("data"), list):
        raise Transient("unexpected_answer", f"{platform} returned an unexpected response.")
    return list(rows(answer))


def same_text(received: Any, sent: str) -> bool:
    """Return whether two texts are equal. Ignore differences in white space, which Meta may trim, and in the Unicode
    normal form.
    """
    return _plain(received if isinstance(received, str) else "") == _plain(sent)


def is_since(stamp: Any, since: datetime) -> bool:
    """Return whether ``stamp`` is ``since`` or later. The Graph API writes a time as ``2026-03-02T09:00:00+0000``."""
    try:
        moment = datetime.fromisoformat(stamp)
    except (TypeError, ValueError):
        return False
    return moment.tzinfo is not None and moment >= since


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
