"""What X takes for an address: twitter-text, version 3.

X links "example.com" as well, and "example.de"; here, only those whose ending is in `endings`. Not seen is that X links
nothing behind the code in an address of t.co.
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
    """Find what X links in ``text``; it is to be in NFC."""
    return find(text, _REST, bare=True)
