"""Recognising a post among an account's statuses, which come back as the HTML that the server made of the text."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

from minutehand.platforms.text import urls

CLOCK_SKEW = timedelta(seconds=30)
"""How far a server's clock may be behind ours."""

_SERVERS = re.compile(r"@([\w.-]*\w)(?:@[\w.-]*\w)+")
"""``@user@server``, and whatever else hangs on it: a server shows those whom it knows as ``@user``."""


def like(
    statuses: Iterable[Any], text: str, *, media_ids: frozenset[str], reply_to: str | None, since: datetime
) -> Iterator[Mapping[str, Any]]:
    """Return the statuses that can be our post: the same text, files and status before, not made before ``since``.

    A file belongs to one status only, so that equal files prove it; without files, text and time have to do.
    """
    wanted = _fingerprints(text)
    for status in statuses:
        if not isinstance(status, Mapping) or not isinstance(status.get("id"), str):
            continue
        if _media_ids(status) != media_ids or status.get("in_reply_to_id") != reply_to:
            continue
        if not _is_since(status.get("created_at"), since - CLOCK_SKEW):
            continue
        if wanted & _fingerprints(plain_text(str(status.get("content", "")))):
            yield status


def plain_text(html: str) -> str:
    """Return the text of a status's HTML. Line breaks become spaces, hidden parts of links are kept."""
    reader = _Text()
    reader.feed(html)
    reader.close()
    return "".join(reader.pieces)


def _fingerprints(text: str) -> frozenset[str]:
    """Return what a server's formatting leaves as it is: no white space, mentions without servers, one case.

    Once as if nothing in an address were a mention, and once without regard to addresses: where one hangs on the other,
    servers differ in what they see.
    """
    pieces, end = [], 0
    for url in urls(text):
        pieces += [_SERVERS.sub(r"@\1", text[end : url.start]), url.text]
        end = url.end
    pieces.append(_SERVERS.sub(r"@\1", text[end:]))
    return frozenset(_plain(each) for each in ("".join(pieces), _SERVERS.sub(r"@\1", text)))


def _plain(text: str) -> str:
    normal = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in normal if not character.isspace())


def _media_ids(status: Mapping[str, Any]) -> frozenset[str]:
    attachments = status.get("media_attachments")
    if not isinstance(attachments, list):
        return frozenset()
    return frozenset(str(each.get("id")) for each in attachments if isinstance(each, Mapping))


def _is_since(created_at: Any, since: datetime) -> bool:
    try:
        moment = datetime.fromisoformat(created_at)
    except (TypeError, ValueError):
        return False
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) >= since


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in ("br", "p"):
            self.pieces.append(" ")
