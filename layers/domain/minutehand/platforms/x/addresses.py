"""Finding the addresses that X links, by the rules of twitter-text version 3.

X also links addresses without a scheme, such as "example.com"; this module finds those with a known top-level domain.
Unlike X, it does not end an address of t.co after the code in its path.
"""

from collections.abc import Iterator

from minutehand.platforms.addresses import LATIN, find, url_tail_pattern
from minutehand.platforms.text import Span

_PATH = rf"[{LATIN}\p{{Cyrillic}}!*';:=+,.$/%#\[\]\p{{Pd}}_~&|@]"
_REST = url_tail_pattern(
    _PATH,
    path_end=rf"[{LATIN}\p{{Cyrillic}}=_#/+-]",
    query=r"[a-z0-9!?*'();:&=+$/%#\[\]\-_.,~|@]",
    query_end=r"[a-z0-9_&=#/-]",
)


def addresses(text: str) -> Iterator[Span]:
    """Yield the addresses in ``text``, which must be in normal form NFC."""
    return find(text, _REST, bare=True)
