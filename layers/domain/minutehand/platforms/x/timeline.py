"""Find a post among an account's listed posts. X shortens addresses and escapes characters in listed texts."""

import html
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from minutehand.platforms.identifiers import bounded_text, identifier
from minutehand.platforms.moments import iso_time
from minutehand.platforms.port import Content

MAX_CLOCK_SKEW = timedelta(seconds=30)
MAX_CHARACTERS = 100_000
"""The maximum length of a text in which short addresses are replaced. A post on X has at most 25,000 characters."""
SHORT_ADDRESS = "https://t.co/"
FIELDS = "created_at,entities,attachments,note_tweet"

_OWN_MEDIA = re.compile(r"https://(?:x|twitter)\.com/\w+/status/\d+/(?:photo|video)/\d+")
_LEADING_MENTIONS = re.compile(r"(?:@\w+\s+)+")
_SCHEME = re.compile(r"https?://", re.IGNORECASE)


def matching(posts: Sequence[Any], content: Content, since: datetime) -> Iterator[str]:
    """Yield the ids of the posts with the text and number of media items of ``content``, oldest first.

    ``posts`` must be ordered newest first. Posts created more than `MAX_CLOCK_SKEW` before ``since`` do not match.
    """
    wanted = _fingerprint(content.text)
    for post in reversed(posts):
        if not isinstance(post, Mapping) or identifier(post.get("id")) is None or not _is_since(post, since):
            continue
        text = original_text(post)
        texts = {_fingerprint(text)}
        if content.reply_to is not None:  # X begins the text of a reply with mentions
            texts.add(_fingerprint(_LEADING_MENTIONS.sub("", text, count=1)))
        if wanted in texts and _media_count(post) == len(content.media_urls):
            yield str(post["id"])


def original_text(post: Mapping[str, Any]) -> str:
    """Return the text of ``post`` as the author wrote it, without the addresses of the post's own media items."""
    long = post.get("note_tweet")
    source = long if isinstance(long, Mapping) else post
    text = html.unescape(str(source.get("text", "")))  # the expanded addresses below are not escaped
    for url in _urls(post) + (_urls(long) if isinstance(long, Mapping) else []):
        short, expanded = bounded_text(url.get("url")), bounded_text(url.get("expanded_url"))
        if short and expanded and short.startswith(SHORT_ADDRESS) and len(text) <= MAX_CHARACTERS:
            text = text.replace(short, "" if _OWN_MEDIA.fullmatch(expanded) else expanded)
    return text.strip()


def _urls(source: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    entities = source.get("entities")
    found = entities.get("urls") if isinstance(entities, Mapping) else None
    return [url for url in found if isinstance(url, Mapping)] if isinstance(found, list) else []


def _media_count(post: Mapping[str, Any]) -> int:
    attachments = post.get("attachments")
    keys = attachments.get("media_keys") if isinstance(attachments, Mapping) else None
    return len(keys) if isinstance(keys, list) else 0


def _is_since(post: Mapping[str, Any], since: datetime) -> bool:
    created = iso_time(post.get("created_at"))
    return created is not None and created >= since - MAX_CLOCK_SKEW


def _fingerprint(text: str) -> str:
    return "".join(_SCHEME.sub("", unicodedata.normalize("NFC", text)).split())
