"""Splits the text of a search into words and substrings. An index finds the words. The texts of the posts are searched
for the substrings.

Postgres finds words between spaces and punctuation. Chinese, Japanese and Thai, among others, do not separate words, so
Postgres treats a whole sentence as one word.
"""

import re
from typing import NamedTuple

# Thai and Lao, Tibetan, Myanmar, Khmer, Han, kana and Bopomofo, and Yi.
_UNSPACED = re.compile(
    r"[\u0E00-\u0EFF\u0F00-\u0FFF\u1000-\u109F\u1780-\u17FF\u2E80-\u2FDF\u3005-\u3007\u3021-\u312F\u31A0-\u31FF"
    r"\u3400-\u4DBF\u4E00-\u9FFF\uA000-\uA4CF\uAA60-\uAA7F\uF900-\uFAFF\uFF66-\uFF9F\U0001B000-\U0001B16F"
    r"\U00020000-\U0003FFFF]"
)


class Search(NamedTuple):
    """The terms of a search. ``words``: the words, separated by spaces, of which the last one may be incomplete, or
    None if the search has only ``substrings``. ``substrings``: texts that a matching post contains at any position.
    """

    words: str | None
    substrings: tuple[str, ...]


def parse_search(text: str) -> Search:
    """Return the words and the substrings in ``text``; see `Search`. A term without a letter or a digit is ignored.

    If ``text`` has neither words nor substrings, ``words`` is empty, and the search finds nothing.
    """
    found = [word for word in text.split() if any(map(str.isalnum, word))]
    substrings = tuple(word for word in found if _UNSPACED.search(word))
    words = " ".join(word for word in found if word not in substrings)
    return Search(words if words or not substrings else None, substrings)
