"""Find the addresses that X turns into links, by the rules of twitter-text version 3.

X also turns addresses without a scheme into links, such as "example.com". This module finds such an address if its
top-level domain is known. Unlike X, this module does not end a t.co address after the code in the path.
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
    """Yield the addresses in ``text``, which must be in the Unicode normal form NFC."""
    return find(text, _REST, bare=True)
