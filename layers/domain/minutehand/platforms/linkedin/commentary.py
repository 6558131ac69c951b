r"""LinkedIn's "little text": what a text is written in, where reserved characters are escaped with a backslash.

Source: Posts API, "little text format".
"""

import re
import unicodedata

_RESERVED = re.compile(r"([\\|{}@\[\]()<>#*_~])")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_HASHTAG = re.compile(r"(?<![\w/#&.?=-])#(\w*[^\W\d_]\w*)")
# Bounded: what is opened and never closed would be read to its end from each opening.
_HASHTAG_TEMPLATE = re.compile(r"\{hashtag\|\\?[#＃]\|((?:\\.|[^\\}]){0,500})\}", re.DOTALL)  # noqa: RUF001 (both signs)
_MENTION = re.compile(r"@\[((?:\\.|[^\\\]]){0,500})\]\(urn:li:[^)]{0,200}\)", re.DOTALL)


def written(text: str) -> str:
    """Return ``text`` in little text: hashtags as hashtags, everything else literally as it stands.

    An unescaped reserved character would cut the post off without a word.
    """
    pieces, end = [], 0
    for match in _HASHTAG.finditer(text):
        pieces += [_escaped(text[end : match.start()]), "{hashtag|\\#|", _escaped(match[1]), "}"]
        end = match.end()
    return "".join([*pieces, _escaped(text[end:])])


def read(little: str) -> str:
    """Return the text that readers see for ``little``."""
    plain = _HASHTAG_TEMPLATE.sub(lambda match: f"\\#{match[1]}", little)
    plain = _MENTION.sub(lambda match: match[1], plain)
    return _ESCAPED.sub(lambda match: match[1], plain)


def same(text: str, shown: str) -> bool:
    """Say whether ``shown``, a text as readers see it, is ``text``, whatever became of its white space."""
    return _fingerprint(text) == _fingerprint(shown)


def _escaped(text: str) -> str:
    return _RESERVED.sub(r"\\\1", text)


def _fingerprint(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).split())
