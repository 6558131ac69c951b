"""Grapheme clusters, URLs and hashtags in a text."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import regex

GRAPHEME = regex.compile(r"\p{Regional_Indicator}{2}[\p{GCB=Extend}\p{GCB=ZWJ}\p{GCB=SpacingMark}]*+|\X")
r"""One grapheme cluster, which a reader sees as one character.

``\X`` alone takes quadratic time on a sequence of flags, because it reads the whole sequence again to pair each letter.
"""
# Punctuation of scripts that are written without spaces. In these scripts, a letter may directly precede or follow a
# URL.
_PUNCTUATION = r"\u3001\u3002\u3008-\u3011\u3014-\u301B\uFF01\uFF08\uFF09\uFF0C\uFF0E\uFF1A\uFF1B\uFF1F\uFF61-\uFF64"
# Marks of the writing direction, which are copied together with a URL. The joiners of Persian and Hindi are not among
# these marks.
_DIRECTION = r"\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF"
URL_CHARACTER = rf"[^\s<>\"\p{{Cc}}{_DIRECTION}{_PUNCTUATION}]"
"""A pattern for one character of a URL in a text, including characters that are escaped in a valid URL."""
_URL = regex.compile(rf"(?<![a-z0-9_])https?://{URL_CHARACTER}+", regex.IGNORECASE)
_BARE_ADDRESS = regex.compile(
    rf"(?<![\p{{L}}\p{{N}}_@.-])(?:[a-z0-9-]++\.)++[a-z]{{2,}}+(?::[0-9]++)?+[/?#]{URL_CHARACTER}*+", regex.IGNORECASE
)
"""An address without a scheme, such as ``en.wikipedia.org/wiki/Primer#Plot``."""
_TAG_START, _TAG_CHARACTER = r"[\p{L}\p{N}_]", r"[\p{L}\p{M}\p{N}_]"
# Hindi and Persian use U+200C and U+200D between letters. At the end of a hashtag, they do not belong to the hashtag.
_HASHTAG = regex.compile(
    rf"(?<![\p{{L}}\p{{M}}\p{{N}}_&#/])#(?={_TAG_START})(?:{_TAG_CHARACTER}++|[\u200C\u200D]++(?={_TAG_CHARACTER}))++"
)
_TRAILING = ".,;:!?'\"\u2026\u00bb\u201d\u2019*"
_BRACKETS = {")": "(", "]": "[", "}": "{"}


class Span(NamedTuple):
    """A section of a text, from ``start`` up to but not including ``end``, counted in code points."""

    start: int
    end: int
    text: str


def count_graphemes(text: str) -> int:
    """Return the number of grapheme clusters in ``text``. A family emoji counts as 1."""
    if text.isascii():  # in ASCII, only a Windows line ending is a cluster of two characters
        return len(text) - text.count("\r\n")
    return len(GRAPHEME.findall(text))


def find_urls(text: str) -> Iterator[Span]:
    """Yield the http(s) URLs in ``text``, without the punctuation of the sentence around them.

    X and Mastodon count every URL as a fixed number of characters, and find URLs by other rules (see `addresses`).
    """
    if "://" not in text:  # a text without a URL does not need the slow expression
        return
    for match in _URL.finditer(text):
        url = trimmed(match[0])
        if len(url) > len("https://"):
            yield Span(match.start(), match.start() + len(url), url)


def trimmed(url: str) -> str:
    """Return ``url`` without the punctuation at its end and without unbalanced closing brackets."""
    surplus = {closing: url.count(closing) - url.count(opening) for closing, opening in _BRACKETS.items()}
    end = len(url)
    while end and (url[end - 1] in _TRAILING or surplus.get(url[end - 1], 0) > 0):
        end -= 1
        if url[end] in surplus:
            surplus[url[end]] -= 1
    return url[:end]


def find_hashtags(text: str) -> Iterator[Span]:
    """Yield the hashtags in ``text``, each with its number sign. Number signs in addresses are ignored.

    A hashtag consists of underscores and of the letters, marks and digits of any script. A mark, such as a vowel sign
    in Hindi or a separate accent, is a part of its letter.
    """
    if "#" not in text:  # a text without this sign needs none of the slow expressions
        return
    for match in _HASHTAG.finditer(without_addresses(text)):
        yield Span(*match.span(), match[0])


def without_addresses(text: str) -> str:
    """Return ``text`` with a letter in place of each character of an address, with or without a scheme."""
    urls = list(find_urls(text))
    found = masked(text, urls)
    return masked(found, (Span(*match.span(), match[0]) for match in _BARE_ADDRESS.finditer(found)))


def masked(text: str, spans: Iterable[Span]) -> str:
    """Return ``text`` with a letter in place of each character in ``spans``, which are in order."""
    pieces, end = [], 0
    for span in spans:
        pieces += [text[end : span.start], "x" * (span.end - span.start)]
        end = span.end
    return "".join([*pieces, text[end:]])
