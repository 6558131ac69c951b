"""Find a post among the statuses of an account. A server returns the text of a status as HTML."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from html import unescape
from typing import Any

from minutehand.platforms.identifiers import identifier
from minutehand.platforms.moments import iso_time
from minutehand.platforms.text import find_urls

MAX_CLOCK_SKEW = timedelta(seconds=30)
"""The maximum time by which a server's clock may be behind the publisher's clock."""

# A server can send any HTML, and `html.parser` takes quadratic time for unclosed tags. The expressions for tags take
# linear time, because a tag ends before the next one begins.
_TAG = re.compile(r"</?[a-z!][^<>]*+>", re.IGNORECASE)
_BREAK = re.compile(r"<(?:br|p)\b[^<>]*+>", re.IGNORECASE)
_MENTION = re.compile(r"@([\w.-]*\w)(?:@[\w.-]*\w)+")
"""The pattern of a mention ``@user@server``, including any further parts that begin with ``@``.

A server shortens the mention of a known account to ``@user``.
"""


def matching(
    statuses: Iterable[Any], text: str, *, media_ids: frozenset[str], reply_to: str | None, since: datetime
) -> Iterator[Mapping[str, Any]]:
    """Yield the statuses with the given text, files and parent that were created at ``since`` or later.

    The time has a tolerance of `MAX_CLOCK_SKEW`. A file can be attached to only one status, so equal files prove a
    match. If the post has no files, a match is only probable.
    """
    wanted = _fingerprints(text)
    for status in statuses:
        if not isinstance(status, Mapping) or identifier(status.get("id")) is None:
            continue
        if _media_ids(status) != media_ids or status.get("in_reply_to_id") != reply_to:
            continue
        if not _is_since(status.get("created_at"), since - MAX_CLOCK_SKEW):
            continue
        if wanted & _fingerprints(plain_text(str(status.get("content", "")))):
            yield status


def plain_text(html: str) -> str:
    """Return the text in the HTML of a status. Line breaks become spaces. The hidden parts of links are included."""
    return unescape(_TAG.sub("", _BREAK.sub(" ", html)))


def _fingerprints(text: str) -> frozenset[str]:
    """Return two normal forms of ``text``, without the details that a server's formatting changes.

    Both forms are in lower case, without white space and without the servers in mentions.

    The first form keeps addresses unchanged. The second form also shortens an apparent mention inside an address,
    because servers differ in how they treat a mention next to an address.
    """
    pieces, end = [], 0
    for url in find_urls(text):
        pieces += [_MENTION.sub(r"@\1", text[end : url.start]), url.text]
        end = url.end
    pieces.append(_MENTION.sub(r"@\1", text[end:]))
    return frozenset(_normalised(each) for each in ("".join(pieces), _MENTION.sub(r"@\1", text)))


def _normalised(text: str) -> str:
    normal = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in normal if not character.isspace())


def _media_ids(status: Mapping[str, Any]) -> frozenset[str]:
    attachments = status.get("media_attachments")
    if not isinstance(attachments, list):
        return frozenset()
    ids = (each.get("id") for each in attachments if isinstance(each, Mapping))
    return frozenset(media_id for media_id in ids if isinstance(media_id, str))


def _is_since(created_at: Any, since: datetime) -> bool:
    moment = iso_time(created_at)
    return moment is not None and moment >= since
