"""Finding addresses in a text as twitter-text does: X and the servers of Mastodon count with it.

An address may follow a letter of a script that sets no spaces, and ends before the first character that cannot be in
it: of "見てhttps://example.com。次" that is the full stop. What may be in its path, X and Mastodon see differently.

No text is read more than a few times, however it is made: what a part of these expressions has taken, it keeps, or
what follows is a single character of it.
"""

from collections.abc import Iterator

import regex

from minutehand.platforms.text import Span
from minutehand.platforms.top_level_domains import NON_LATIN_TOP_LEVEL_DOMAINS, TOP_LEVEL_DOMAINS

MAX_LENGTH, MAX_NAME = 4096, 63
"""Of an address, and of each name in its host as DNS has it; what is longer is no address."""
LATIN = (
    r"a-z0-9\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u024F\u0253\u0254\u0256\u0257\u0259\u025B\u0263\u0268\u026F\u0272\u0289"
    r"\u028B\u02BB\u0300-\u036F\u1E00-\u1EFF"
)
"""Letters, with their accents, and digits; to stand in brackets."""

_NEVER_BEFORE = r"a-z0-9@\uFF20$#\uFF03\uFEFF\uFFFE\uFFFF"
_SCHEME = rf"(?<![{_NEVER_BEFORE}])https?://"
# All but ASCII's punctuation, white space, and what directs or must not be in a text: a star is fine in a host.
_IN_HOST = r"[^\x00-,/:-@\[-^`{-\x7F\s\u061C\u180E\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF\uFFFE\uFFFF]"
_START = regex.compile(
    rf"(?P<scheme>{_SCHEME})(?P<names>(?:(?!{_SCHEME}){_IN_HOST})++)"
    rf"|(?<![{LATIN}{_NEVER_BEFORE}_./-])(?P<names>(?:(?!{_SCHEME})[{LATIN}_.-])++)",
    regex.I,
)
_ENDING = regex.compile(
    rf"(?:xn--[0-9a-z]++|[a-z]{{2,}}+|{'|'.join(sorted(NON_LATIN_TOP_LEVEL_DOMAINS, key=len, reverse=True))})"
    r"(?![0-9a-z@+-])",
    regex.I,
)
_DOT = regex.compile("[.\u3002\uff0e\uff61]")


def url_tail_pattern(path: str, path_end: str, query: str, query_end: str) -> "regex.Pattern[str]":
    """Return what may follow a host: a port, a path and a query, of these characters and ending with those.

    Brackets belong to a path when they are closed there, and may be nested once: ``/Primer_(film)``.
    """
    brackets = rf"\((?:{path}++\)|{path}*+\({path}++\){path}*+\))"
    return regex.compile(
        rf"(?::[0-9]++)?(?P<path>/(?:(?:{path}|{brackets})*(?:{path_end}|{brackets}))?)?(?:\?{query}*{query_end})?",
        regex.I,
    )


def find(text: str, rest: "regex.Pattern[str]", *, bare: bool = False) -> Iterator[Span]:
    """Find the addresses in ``text``, with `url_tail_pattern` behind the host; ``bare`` ones without https:// as well.

    "example.com" is a bare address, "Node.js" is none: its ending has to be known. With https:// before it, a host in
    ASCII may end in anything of two letters and more. An address in the path of another is none, bare or not.
    """
    position = 0
    while match := _START.search(text, position):
        position = match.end()
        start, end = match.span("names")
        is_bare = match["scheme"] is None
        host_end = _end_of_host(text, start, end, any_ending=not is_bare)
        if host_end is None:
            continue
        tail = rest.match(text, host_end)
        assert tail is not None  # it may be empty
        position = tail.end()
        # To a bare host, a port and a query belong only with a path between them.
        address = text[match.start() : host_end if is_bare and tail["path"] is None else position]
        if (bare or not is_bare) and len(address) <= MAX_LENGTH and _is_host(text[start:host_end]):
            yield Span(match.start(), match.start() + len(address), address)


def _end_of_host(text: str, start: int, end: int, *, any_ending: bool) -> int | None:
    """Return where the longest host ends that begins at ``start``, if one does; up to ``end`` are names and dots."""
    found, position, before = None, start, ""
    for name in text[start:end].split("."):
        # Only names further to the left may have an underscore.
        ending = _ENDING.match(text, position) if before and "_" not in before else None
        if ending and (any_ending or not ending[0].isascii() or ending[0].lower() in TOP_LEVEL_DOMAINS):
            found = ending.end()
        if not name or name[0] in "_-" or name[-1] in "_-":
            break
        # In "example.comだよね.html" the text has gone on long before the last dot.
        any_ending = any_ending and name.isascii()
        position, before = position + len(name) + 1, name
    return found


def _is_host(names: str) -> bool:
    return all(map(_is_name, _DOT.split(names)))


def _is_name(name: str) -> bool:
    """Say whether DNS can have ``name``, which it writes in ASCII."""
    if name.isascii() or len(name) > MAX_NAME:
        return len(name) <= MAX_NAME
    return not name.lower().startswith("xn--") and len("xn--") + len(name.encode("punycode")) <= MAX_NAME
