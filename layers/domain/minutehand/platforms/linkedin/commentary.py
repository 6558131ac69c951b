r"""LinkedIn's "little text" format, which escapes reserved characters with a backslash and marks up hashtags.

Source: Posts API, "little text format".
"""

import re
import unicodedata

from minutehand.platforms.text import find_hashtags

_RESERVED = re.compile(r"([\\|{}@\[\]()<>#*_~])")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
MAX_HASHTAG_CHARACTERS = 250
# The lengths are bounded, so that a text with many unclosed brackets does not take quadratic time.
_HASHTAG_TEMPLATE = re.compile(r"\{hashtag\|\\?[#＃]\|((?:\\.|[^\\}]){0,500})\}", re.DOTALL)  # noqa: RUF001 (both number signs)
_MENTION = re.compile(r"@\[((?:\\.|[^\\\]]){0,500})\]\(urn:li:[^)]{0,200}\)", re.DOTALL)


def to_little_text(text: str) -> str:
    """Return ``text`` in little text format. Hashtags are marked up, and all other reserved characters are escaped.

    LinkedIn silently truncates a post at a reserved character that is not escaped.
    """
    pieces, end = [], 0
    for tag in find_hashtags(text):
        # Digits alone do not form a hashtag, and `from_little_text` reads only hashtags of a limited length.
        if any(map(str.isalpha, tag.text)) and len(tag.text) <= MAX_HASHTAG_CHARACTERS:
            pieces += [_escaped(text[end : tag.start]), "{hashtag|\\#|", _escaped(tag.text[1:]), "}"]
            end = tag.end
    return "".join([*pieces, _escaped(text[end:])])


def from_little_text(little_text: str) -> str:
    """Return ``little_text`` as plain text, as readers see it."""
    plain = _HASHTAG_TEMPLATE.sub(lambda match: f"\\#{match[1]}", little_text)
    plain = _MENTION.sub(lambda match: match[1], plain)
    return _ESCAPED.sub(lambda match: match[1], plain)


def same_text(first: str, second: str) -> bool:
    """Return whether two plain texts are equal, apart from white space and the Unicode normal form."""
    return _fingerprint(first) == _fingerprint(second)


def _escaped(text: str) -> str:
    return _RESERVED.sub(r"\\\1", text)


def _fingerprint(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).split())
