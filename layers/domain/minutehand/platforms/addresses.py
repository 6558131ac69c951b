"""Extraction of URLs from a text by the rules of twitter-text, which X and Mastodon use to count characters.

A URL may directly follow a letter of a script that is written without spaces. The URL ends before the first character
that a URL cannot contain. In "見てhttps://example.com。次", the URL ends before "。". X and Mastodon allow different
characters in the path, so each platform passes its own pattern for the path.

The running time is linear in the length of the text, even for hostile input. The quantifiers are possessive or match
one character at a time, which prevents repeated backtracking.
"""

from collections.abc import Iterator

import regex

from minutehand.platforms.text import Span
from minutehand.platforms.top_level_domains import NON_LATIN_TOP_LEVEL_DOMAINS, TOP_LEVEL_DOMAINS

MAX_URL_LENGTH, MAX_LABEL_LENGTH = 4096, 63
"""The maximum length of a URL, and of each DNS label in its host, in characters."""
LATIN = (
    r"a-z0-9\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u024F\u0253\u0254\u0256\u0257\u0259\u025B\u0263\u0268\u026F\u0272\u0289"
    r"\u028B\u02BB\u0300-\u036F\u1E00-\u1EFF"
)
"""Digits and Latin letters, with and without accents, for use inside a regular expression's character class."""

_NOT_BEFORE_URL = r"a-z0-9@\uFF20$#\uFF03\uFEFF\uFFFE\uFFFF"
_SCHEME = rf"(?<![{_NOT_BEFORE_URL}])https?://"
# Every character except white space, ASCII controls, direction marks, noncharacters, and ASCII punctuation other than
# - . and _.
_IN_HOST = r"[^\x00-,/:-@\[-^`{-\x7F\s\u061C\u180E\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF\uFFFE\uFFFF]"
_START = regex.compile(
    rf"(?P<scheme>{_SCHEME})(?P<names>(?:(?!{_SCHEME}){_IN_HOST})++)"
    rf"|(?<![{LATIN}{_NOT_BEFORE_URL}_./-])(?P<names>(?:(?!{_SCHEME})[{LATIN}_.-])++)",
    regex.I,
)
_ENDING = regex.compile(
    rf"(?:xn--[0-9a-z]++|[a-z]{{2,}}+|{'|'.join(sorted(NON_LATIN_TOP_LEVEL_DOMAINS, key=len, reverse=True))})"
    r"(?![0-9a-z@+-])",
    regex.I,
)
_DOT = regex.compile("[.\u3002\uff0e\uff61]")


def url_tail_pattern(path: str, path_end: str, query: str, query_end: str) -> "regex.Pattern[str]":
    """Return a pattern for the part of a URL after the host: an optional port, path and query.

    ``path`` matches one character of the path, and ``path_end`` matches its last character. ``query`` and ``query_end``
    do the same for the query. Balanced brackets belong to the path, as in ``/Primer_(film)``, and may be nested once.
    """
    brackets = rf"\((?:{path}++\)|{path}*+\({path}++\){path}*+\))"
    return regex.compile(
        rf"(?::[0-9]++)?(?P<path>/(?:(?:{path}|{brackets})*(?:{path_end}|{brackets}))?)?(?:\?{query}*{query_end})?",
        regex.I,
    )


def find(text: str, rest: "regex.Pattern[str]", *, bare: bool = False) -> Iterator[Span]:
    """Yield the URLs in ``text``. ``rest`` is a pattern that `url_tail_pattern` returned. With ``bare``, include URLs
    without a scheme.

    "example.com" is a bare URL and "Node.js" is not, because ``js`` is not a known top-level domain. After a scheme,
    the last label of an ASCII host may consist of any two or more letters. A URL inside another URL is not yielded.
    """
    if "." not in text:  # a text without a dot needs none of the slow expressions
        return
    matches = _START.finditer(text)
    while match := next(matches, None):
        start, end = match.span("names")
        is_bare = match["scheme"] is None
        host_end = _host_end(text, start, end, any_ending=not is_bare)
        if host_end is None:
            continue
        tail = rest.match(text, host_end)
        assert tail is not None  # the pattern matches the empty string
        position = tail.end()
        matches = _START.finditer(text, position)
        # A bare URL includes a port and a query only if it has a path.
        url = text[match.start() : host_end if is_bare and tail["path"] is None else position]
        if (bare or not is_bare) and len(url) <= MAX_URL_LENGTH and _is_host(text[start:host_end]):
            yield Span(match.start(), match.start() + len(url), url)


def _host_end(text: str, start: int, end: int, *, any_ending: bool) -> int | None:
    """Return the end of the longest valid host in ``text[start:end]``, or None if there is none.

    The slice consists of labels and dots. ``any_ending``: whether the top-level domain may be unknown.
    """
    found, position, before = None, start, ""
    for name in text[start:end].split("."):
        # The last two labels may not contain an underscore.
        ending = _ENDING.match(text, position) if before and "_" not in before else None
        if ending and (any_ending or not ending[0].isascii() or ending[0].lower() in TOP_LEVEL_DOMAINS):
            found = ending.end()
        if not name or name[0] in "_-" or name[-1] in "_-":
            break
        # In "https://example.comだよね.html", the URL ends after ".com".
        any_ending = any_ending and name.isascii()
        position, before = position + len(name) + 1, name
    return found


def _is_host(names: str) -> bool:
    return all(map(_is_label, _DOT.split(names)))


def _is_label(name: str) -> bool:
    """Return whether ``name``, encoded as ASCII, fits into a DNS label."""
    if name.isascii() or len(name) > MAX_LABEL_LENGTH:
        return len(name) <= MAX_LABEL_LENGTH
    return not name.lower().startswith("xn--") and len("xn--") + len(name.encode("punycode")) <= MAX_LABEL_LENGTH
