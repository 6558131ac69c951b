"""Counting and finding things in a text as people and platforms do."""

from collections.abc import Iterator
from typing import NamedTuple

import regex

GRAPHEME = regex.compile(r"\p{Regional_Indicator}{2}[\p{GCB=Extend}\p{GCB=ZWJ}\p{GCB=SpacingMark}]*+|\X")
r"""What a reader sees as one character.

``\X`` alone reads a row of flags anew for each of its letters, to know which of them are pairs: 100,000 take half a
minute.
"""
# Scripts that set no spaces have an address between their letters, and full stops and brackets of their own.
_STOPS = r"\u3001\u3002\u3008-\u3011\u3014-\u301B\uFF01\uFF08\uFF09\uFF0C\uFF0E\uFF1A\uFF1B\uFF1F\uFF61-\uFF64"
_URL = regex.compile(rf"(?<![a-z0-9_])https?://[^\s<>\"\p{{Cc}}{_STOPS}]+", regex.IGNORECASE)
_TRAILING = ".,;:!?'\"\u2026\u00bb\u201d\u2019*"
_BRACKETS = {")": "(", "]": "[", "}": "{"}


class Span(NamedTuple):
    """A piece of a text: from ``start`` to before ``end``, counted in code points."""

    start: int
    end: int
    text: str


def count_graphemes(text: str) -> int:
    """Count what a reader sees as one character each: a family emoji is 1."""
    if text.isascii():  # where only a line end of two characters is one
        return len(text) - text.count("\r\n")
    return sum(1 for _ in GRAPHEME.finditer(text))


def find_urls(text: str) -> Iterator[Span]:
    """Find the http(s) addresses as people read them, without the punctuation of the sentence around them.

    X and Mastodon, which count addresses apart, have rules of their own for what is one (see `addresses`).
    """
    for match in _URL.finditer(text):
        url = match[0][: _length_of_address(match[0])]
        if len(url) > len("https://"):
            yield Span(match.start(), match.start() + len(url), url)


def _length_of_address(url: str) -> int:
    """Return how long ``url`` is without punctuation at its end, and brackets that were opened before it."""
    surplus = {closing: url.count(closing) - url.count(opening) for closing, opening in _BRACKETS.items()}
    end = len(url)
    while end and (url[end - 1] in _TRAILING or surplus.get(url[end - 1], 0) > 0):
        end -= 1
        if url[end] in surplus:
            surplus[url[end]] -= 1
    return end
