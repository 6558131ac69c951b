"""The syntax of language tags. Bluesky accepts every tag with the syntax of BCP 47 (RFC 5646, section 2.1), even if no
registry contains the tag.

Source: the format ``language`` of the AT Protocol's lexicons, https://atproto.com/specs/lexicon#language.
"""

import regex

_LANGUAGE = r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})"
_SCRIPT, _REGION = r"(?:-[a-z]{4})?", r"(?:-(?:[a-z]{2}|[0-9]{3}))?"
_VARIANTS = r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"
_EXTENSIONS, _PRIVATE_USE = r"(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*", r"x(?:-[a-z0-9]{1,8})+"
_IRREGULAR = (
    r"en-gb-oed|i-(?:ami|bnn|default|enochian|hak|klingon|lux|mingo|navajo|pwn|tao|tay|tsu)|sgn-(?:be-(?:fr|nl)|ch-de)"
)
"""The registered tags that do not follow the grammar."""
_TAG = regex.compile(
    rf"{_LANGUAGE}{_SCRIPT}{_REGION}{_VARIANTS}{_EXTENSIONS}(?:-{_PRIVATE_USE})?|{_PRIVATE_USE}|{_IRREGULAR}",
    regex.IGNORECASE | regex.ASCII,
)
MAX_CHARACTERS = 100
"""The maximum length of a tag. Tags in use are much shorter."""


def is_language_tag(text: str) -> bool:
    """Return whether ``text`` is a well-formed language tag. ``pt-BR`` is well-formed; ``pt_BR`` is not."""
    return len(text) <= MAX_CHARACTERS and _TAG.fullmatch(text) is not None
