"""Facets: the byte ranges of a text that are links, mentions or tags. The client has to find the facets.

The regular expressions follow the reference client (atproto, packages/api/src/rich-text/util.ts).
"""

from collections.abc import Callable, Iterator
from typing import Any

import regex

from minutehand.platforms.text import Span, count_graphemes, find_urls

MAX_TAG_GRAPHEMES = 64

_MENTION = regex.compile(
    r"(?:^|[\s(])@((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?)\b", regex.IGNORECASE
)
_TAG_END = r"\s\u00AD\u2060\u200A\u200B\u200C\u200D\u20e2"
_TAG = regex.compile(rf"(?:^|\s)[#\uFF03]((?!\ufe0f)[^{_TAG_END}]*[^\d\s\p{{P}}{_TAG_END}]+[^{_TAG_END}]*)")
_TRAILING_PUNCTUATION = regex.compile(r"\p{P}+$")

type Facet = dict[str, Any]


def facets(text: str, did_of: Callable[[str], str | None]) -> list[Facet]:
    """Return the facets of ``text``, ordered by position and without overlaps. Offsets count UTF-8 bytes.

    ``did_of`` returns the DID of a handle. If it returns None, the mention stays plain text.
    """
    found: list[Facet] = []
    end = 0
    for span, feature in sorted(_features(text, did_of), key=lambda candidate: candidate[0].start):
        if span.start < end:
            continue
        end = span.end
        index = {"byteStart": len(text[: span.start].encode()), "byteEnd": len(text[: span.end].encode())}
        found.append({"index": index, "features": [feature]})
    return found


def _features(text: str, did_of: Callable[[str], str | None]) -> Iterator[tuple[Span, dict[str, str]]]:
    links = list(find_urls(text))
    for span in links:
        yield span, {"$type": "app.bsky.richtext.facet#link", "uri": span.text}
    for span in mentions(text):
        if not any(link.start <= span.start < link.end for link in links) and (did := did_of(span.text[1:].lower())):
            yield span, {"$type": "app.bsky.richtext.facet#mention", "did": did}
    for span in tags(text):
        yield span, {"$type": "app.bsky.richtext.facet#tag", "tag": span.text[1:]}


def mentions(text: str) -> Iterator[Span]:
    """Yield each ``@handle`` in ``text``. A handle is a domain name."""
    for match in _MENTION.finditer(text):
        yield Span(match.start(1) - 1, match.end(1), "@" + match[1])


def tags(text: str) -> Iterator[Span]:
    """Yield each ``#tag`` in ``text`` without its trailing punctuation. Digits alone do not form a tag."""
    for match in _TAG.finditer(text):
        tag = _TRAILING_PUNCTUATION.sub("", match[1])
        if tag and count_graphemes(tag) <= MAX_TAG_GRAPHEMES:
            yield Span(match.start(1) - 1, match.start(1) + len(tag), "#" + tag)
