"""How X counts a text: twitter-text, configuration 3.

Most Latin text weighs 1 a character, most other scripts 2; each emoji, however it is composed, weighs 2; each address
weighs 23. What only looks like an emoji weighs what its characters do: emoji that are joined to none that Unicode
knows, marks on them, and pairs of letters that are no country's flag.
"""

import unicodedata

import regex

from minutehand.platforms.top_level_domains import COUNTRY_CODES
from minutehand.platforms.x.addresses import addresses

URL_WEIGHT, EMOJI_WEIGHT, LIGHT, HEAVY = 23, 2, 1, 2

_HEAVY = regex.compile("[^\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")


def _shifted(letters: str, first: str) -> str:
    """Return ``letters``, "a" to "z", as those of the alphabet that begins with ``first``."""
    return "".join(chr(ord(letter) - ord("a") + ord(first)) for letter in letters)


_COUNTRIES = (COUNTRY_CODES - {"uk"}) | {"bl", "bq", "cp", "dg", "ea", "eh", "ic", "mf", "ta", "um", "un", "xk"}
_FLAGS = "|".join(_shifted(country, "🇦") for country in sorted(_COUNTRIES))
_NATIONS = "|".join(_shifted(nation, "\U000e0061") for nation in ("gbeng", "gbsct", "gbwls"))
_TONE, _PERSON, _CHILD, _ARROW = "[🏻-🏿]?+", "[👨👩🧑]", "[👦👧🧒]", "(?:\u200d➡\ufe0f?+)"
_OCCUPATION_OR_HAIR = "[⚕⚖✈🌾🍳🍼🎄🎓🎤🎨🏫🏭💻💼🔧🔬🚀🚒🦯🦰🦱🦲🦳🦼🦽🩰]"
# The longer ones first: the first person of a family is an emoji as well.
_EMOJI = regex.compile(
    r"(?=\p{Emoji})(?:"  # which most characters have not, so that they are passed over
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
            rf"🏴(?:{_NATIONS})\U000e007f",
            rf"(?=[🇦-🇿])(?:{_FLAGS})",
            r"[0-9#*]\ufe0f?+\u20e3",
            r"\p{Emoji_Modifier_Base}\p{Emoji_Modifier}",
            r"\p{Emoji_Presentation}\ufe0f?+|\p{Emoji}\ufe0f",
        ]
    )
    + ")"
)


def weighted_length(text: str) -> int:
    """Return what ``text`` weighs; up to 280 may be posted."""
    text = unicodedata.normalize("NFC", text)
    weight, end = 0, 0
    for address in addresses(text):
        weight += _of_characters(text[end : address.start]) + URL_WEIGHT
        end = address.end
    return weight + _of_characters(text[end:])


def _of_characters(text: str) -> int:
    if text.isascii():  # no emoji, and nothing heavy
        return len(text)
    plain, emoji = _EMOJI.subn("", text)
    heavy = sum(1 for _ in _HEAVY.finditer(plain))
    return emoji * EMOJI_WEIGHT + heavy * HEAVY + (len(plain) - heavy) * LIGHT
