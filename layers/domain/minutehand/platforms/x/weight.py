"""The weighted length of a text, as X counts it with configuration 3 of twitter-text.

A character up to U+10FF weighs 1, for example in Latin, Greek, Cyrillic, Arabic and Devanagari. Most other characters,
such as Chinese ones, weigh 2. An emoji weighs 2, regardless of its number of code points, and an address weighs 23.
The characters of a sequence that Unicode does not define as an emoji are weighed individually. Examples are unknown
joined sequences, emoji with combining marks, and pairs of regional indicators that are not a flag.
"""

import unicodedata

import regex

from minutehand.platforms.top_level_domains import COUNTRY_CODES
from minutehand.platforms.x.addresses import addresses

URL_WEIGHT, EMOJI_WEIGHT, LIGHT, HEAVY = 23, 2, 1, 2

_HEAVY = regex.compile("[^\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")


def _transposed(letters: str, first: str) -> str:
    """Return ``letters``, from "a" to "z", as letters of the alphabet that begins with ``first``."""
    return "".join(chr(ord(letter) - ord("a") + ord(first)) for letter in letters)


_COUNTRIES = (COUNTRY_CODES - {"uk"}) | {"bl", "bq", "cp", "dg", "ea", "eh", "ic", "mf", "ta", "um", "un", "xk"}
_FLAGS = "|".join(_transposed(country, "🇦") for country in sorted(_COUNTRIES))
_SUBDIVISIONS = "|".join(_transposed(subdivision, "\U000e0061") for subdivision in ("gbeng", "gbsct", "gbwls"))
_TONE, _PERSON, _CHILD, _ARROW = "[🏻-🏿]?+", "[👨👩🧑]", "[👦👧🧒]", "(?:\u200d➡\ufe0f?+)"
_OCCUPATION_OR_HAIR = "[⚕⚖✈🌾🍳🍼🎄🎓🎤🎨🏫🏭💻💼🔧🔬🚀🚒🦯🦰🦱🦲🦳🦼🦽🩰]"
# Longer sequences come first, because a sequence may begin with an emoji, such as the first person of a family.
_EMOJI = regex.compile(
    r"(?=\p{Emoji})(?:"  # a cheap test that skips most characters
    + "|".join(
        [
            rf"{_PERSON}{_TONE}\u200d❤\ufe0f?+\u200d(?:💋\u200d)?+{_PERSON}{_TONE}",
            rf"{_PERSON}{_TONE}\u200d🤝\u200d{_PERSON}{_TONE}",
            rf"{_PERSON}(?:\u200d{_PERSON})?(?:\u200d{_CHILD}){{1,2}}+",
            rf"{_PERSON}{_TONE}\u200d{_OCCUPATION_OR_HAIR}\ufe0f?+{_ARROW}?+",
            rf"[\p{{Emoji_Modifier_Base}}👯🤼🧞🧟](?:\ufe0f|{_TONE})\u200d[♀♂]\ufe0f?+{_ARROW}?+",
            rf"[🏃🚶🧎]{_TONE}{_ARROW}",
            rf"🫱{_TONE}\u200d🫲{_TONE}",
            "🏳\ufe0f?+\u200d(?:🌈|⚧\ufe0f?+)|🏴\u200d☠\ufe0f?+|👁\ufe0f?+\u200d🗨\ufe0f?+",
            "❤\ufe0f?+\u200d(?:🔥|🩹)|⛓\ufe0f?+\u200d💥|🍄\u200d🟫|🍋\u200d🟩",
            "🐈\u200d⬛|🐕\u200d🦺|🐻\u200d❄\ufe0f?+|🐦\u200d(?:⬛|🔥)",
            "😮\u200d💨|😵\u200d💫|😶\u200d🌫\ufe0f?+|🙂\u200d[↔↕]\ufe0f?+",
            rf"🏴(?:{_SUBDIVISIONS})\U000e007f",
            rf"(?=[🇦-🇿])(?:{_FLAGS})",
            r"[0-9#*]\ufe0f?+\u20e3",
            r"\p{Emoji_Modifier_Base}\p{Emoji_Modifier}",
            r"\p{Emoji_Presentation}\ufe0f?+|\p{Emoji}\ufe0f",
        ]
    )
    + ")"
)


def weighted_length(text: str) -> int:
    """Return the length of ``text`` as X counts it: 23 for each URL, 2 for each emoji, and 1 or 2 for each other
    character.
    """
    text = unicodedata.normalize("NFC", text)
    weight, end = 0, 0
    for address in addresses(text):
        weight += _weight_without_addresses(text[end : address.start]) + URL_WEIGHT
        end = address.end
    return weight + _weight_without_addresses(text[end:])


def _weight_without_addresses(text: str) -> int:
    if text.isascii():  # contains neither emoji nor heavy characters
        return len(text)
    plain, emoji = _EMOJI.subn("", text)
    heavy = sum(1 for _ in _HEAVY.finditer(plain))
    return emoji * EMOJI_WEIGHT + heavy * HEAVY + (len(plain) - heavy) * LIGHT
