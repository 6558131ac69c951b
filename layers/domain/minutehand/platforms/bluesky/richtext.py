"""Facets: the byte ranges of a text that are links, mentions or tags. The client has to find the facets itself.

The regular expressions follow the reference client (atproto, packages/api/src/rich-text), and the limits follow the
lexicon app.bsky.richtext.facet. A link or tag that the lexicon does not accept stays plain text, because Bluesky would
otherwise refuse the whole post.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import regex

from minutehand.platforms.text import URL_CHARACTER, Span, count_graphemes, find_urls, masked, trimmed
from minutehand.platforms.top_level_domains import TOP_LEVEL_DOMAINS

MAX_TAG_GRAPHEMES, MAX_TAG_BYTES = 64, 640

# People copy handles from web pages together with the invisible characters around them, such as U+202A.
_MENTION = regex.compile(
    r"(?<![^\s(\p{Cf}])@\p{Cf}*+(?P<handle>(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?)"
    r"(?![a-z0-9_])",
    regex.IGNORECASE,
)
_BARE_URL = regex.compile(
    r"(?<![^\s(\p{Cf}])[a-z][a-z0-9]*+(?:\.(?P<ending>[a-z0-9]++))++(?![a-z0-9_@-])"
    rf"(?::[0-9]{{1,5}}+)?(?:[/?#]{URL_CHARACTER}*+)?",
    regex.IGNORECASE,
)
_TAG_END = r"\s\u00AD\u2060\u200A\u200B\u200C\u200D\u20e2"
_TAG = regex.compile(rf"(?:^|\s)[#\uFF03]((?!\ufe0f)[^{_TAG_END}]*[^\d\s\p{{P}}{_TAG_END}]+[^{_TAG_END}]*)")
_TRAILING_PUNCTUATION = regex.compile(r"\p{P}+$")
_URI = re.compile(r"\w+:(?://)?[^\s/]\S*", re.ASCII)
"""The format ``uri`` of the lexicons."""

type Facet = dict[str, Any]


def facets(text: str, dids: Mapping[str, str]) -> list[Facet]:
    """Return the facets of ``text``, ordered by position and without overlaps. Offsets are numbers of UTF-8 bytes.

    ``dids`` maps handles in lower case to DIDs. A mention of any other handle stays plain text.
    """
    found: list[Facet] = []
    end = 0
    for span, feature in sorted(_features(text, dids), key=lambda candidate: candidate[0].start):
        if span.start < end:
            continue
        end = span.end
        index = {"byteStart": len(text[: span.start].encode()), "byteEnd": len(text[: span.end].encode())}
        found.append({"index": index, "features": [feature]})
    return found


def _features(text: str, dids: Mapping[str, str]) -> Iterator[tuple[Span, dict[str, str]]]:
    for span, uri in links(text):
        yield span, {"$type": "app.bsky.richtext.facet#link", "uri": uri}
    for span, handle in mentions(text):
        if did := dids.get(handle):
            yield span, {"$type": "app.bsky.richtext.facet#mention", "did": did}
    for span in tags(text):
        yield span, {"$type": "app.bsky.richtext.facet#tag", "tag": span.text[1:]}


def links(text: str) -> Iterator[tuple[Span, str]]:
    """Yield each link in ``text`` and its URL. A host name with a known top-level domain is a link even without
    ``https://``.

    Links with a scheme come first.
    """
    written = list(find_urls(text))
    for span in written:
        if _URI.fullmatch(span.text):
            yield span, span.text
    for match in _BARE_URL.finditer(masked(text, written)):
        if match["ending"] in TOP_LEVEL_DOMAINS:
            url = trimmed(match[0])
            yield Span(match.start(), match.start() + len(url), url), f"https://{url}"


def mentions(text: str) -> Iterator[tuple[Span, str]]:
    """Yield each ``@handle`` in ``text`` that is not within a link, and the handle in lower case.

    A handle is a domain name.
    """
    for match in _MENTION.finditer(masked(text, sorted(span for span, _ in links(text)))):
        yield Span(*match.span(), match[0]), match["handle"].lower()


def tags(text: str) -> Iterator[Span]:
    """Yield each ``#tag`` in ``text`` without its trailing punctuation. Digits alone do not form a tag.

    A tag that exceeds the limits of the lexicon is left out.
    """
    for match in _TAG.finditer(text):
        tag = _TRAILING_PUNCTUATION.sub("", match[1])
        if tag and len(tag.encode()) <= MAX_TAG_BYTES and count_graphemes(tag) <= MAX_TAG_GRAPHEMES:
            yield Span(match.start(1) - 1, match.start(1) + len(tag), "#" + tag)
