"""Counting and finding things in a text as people and platforms do."""

from collections.abc import Iterator
from typing import NamedTuple

import regex

_GRAPHEME = regex.compile(r"\X")
_URL = regex.compile(r"(?<![\p{L}\p{N}_])https?://[^\s<>\"\p{Cc}]+", regex.IGNORECASE)
_TRAILING = ".,;:!?'\"\u2026\u00bb\u201d\u2019*"
_BRACKETS = {")": "(", "]": "[", "}": "{"}


class Span(NamedTuple):
    """A piece of a text: from ``start`` to before ``end``, counted in code points."""

    start: int
    end: int
    text: str


def graphemes(text: str) -> int:
    """Count what a reader sees as one character each: a family emoji is 1."""
    return sum(1 for _ in _GRAPHEME.finditer(text))


def urls(text: str) -> Iterator[Span]:
    """Find the http(s) addresses, without the punctuation of the sentence around them."""
    for match in _URL.finditer(text):
        url = match[0]
        while url and (url[-1] in _TRAILING or _is_closing_a_bracket_outside(url)):
            url = url[:-1]
        if len(url) > len("https://"):
            yield Span(match.start(), match.start() + len(url), url)


def _is_closing_a_bracket_outside(url: str) -> bool:
    opening = _BRACKETS.get(url[-1])
    return opening is not None and url.count(url[-1]) > url.count(opening)
