"""How X counts a text: twitter-text, configuration 3.

Most Latin text weighs 1 a character, most other scripts 2; each emoji, however it is composed, weighs 2; each address
weighs 23. X links addresses without https:// as well, as far as it knows the domain's ending: endings of countries,
and of the others those that are in wide use, are known here.
"""

import unicodedata

import regex

from minutehand.platforms.text import urls

URL_WEIGHT, EMOJI_WEIGHT, LIGHT, HEAVY = 23, 2, 1, 2
LIGHT_RANGES = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))

_GRAPHEME = regex.compile(r"\X")
_EMOJI = regex.compile(
    r"\p{Emoji_Presentation}|\p{Emoji}\uFE0F|\p{Extended_Pictographic}\p{Emoji_Modifier}|[0-9#*]\uFE0F?\u20E3"
)
_ENDINGS = (
    "com|net|org|edu|gov|mil|int|info|biz|name|pro|mobi|jobs|travel|tel|asia|cat|app|dev|blog|shop|online|site|store|"
    "tech|xyz|club|top|live|news|art|design|cloud|agency|studio|social|world|today|space|page|link|group|media|website"
)
_BARE = regex.compile(
    r"(?<![\p{L}\p{N}_@$#./:-])"
    r"(?P<names>(?:[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?\.){1,126})"
    rf"(?:(?P<ending>{_ENDINGS})|(?P<country>[a-z]{{2}}))"
    r"(?![\p{L}\p{N}_@-]|\.[a-z0-9])"
    r"(?P<path>/[a-z0-9!*';:=+,.$/%#\[\]\-_~@|&()?]*[a-z0-9=_#/+\-])?",
    regex.I,
)


def weighted_length(text: str) -> int:
    """Return what ``text`` weighs; up to 280 may be posted."""
    text = unicodedata.normalize("NFC", text)
    weight, end = 0, 0
    for url in urls(text):
        weight += _without_schemes(text[end : url.start]) + URL_WEIGHT
        end = url.end
    return weight + _without_schemes(text[end:])


def _without_schemes(text: str) -> int:
    weight, end = 0, 0
    for match in _BARE.finditer(text):
        if _is_linked(match):
            weight += _of_characters(text[end : match.start()]) + URL_WEIGHT
            end = match.end()
    return weight + _of_characters(text[end:])


def _is_linked(match: "regex.Match[str]") -> bool:
    # "example.de" may be a word with a full stop in the middle; only co and tv are taken for addresses there.
    country = match["country"]
    return country is None or bool(match["path"]) or match["names"].count(".") > 1 or country.lower() in ("co", "tv")


def _of_characters(text: str) -> int:
    if text.isascii():  # no emoji, and nothing heavy
        return len(text)
    return sum(
        EMOJI_WEIGHT if _EMOJI.search(piece) else sum(map(_of_character, piece))
        for piece in (match[0] for match in _GRAPHEME.finditer(text))
    )


def _of_character(character: str) -> int:
    return LIGHT if any(low <= ord(character) <= high for low, high in LIGHT_RANGES) else HEAVY
