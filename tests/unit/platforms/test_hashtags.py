"""Hashtags and mentions in the texts of all platforms that find them: in every script, and never inside an address."""

import sys
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache

import pytest
import regex

from minutehand.platforms.bluesky import richtext
from minutehand.platforms.instagram import rules as instagram
from minutehand.platforms.linkedin import commentary
from minutehand.platforms.port import Content
from minutehand.platforms.text import find_hashtags

LITTLE_HASHTAG = regex.compile(r"\{hashtag\|\\#\|((?:\\.|[^}])*)\}")


def in_little_text(text: str) -> list[str]:
    found = LITTLE_HASHTAG.findall(commentary.to_little_text(text))
    return ["#" + commentary.from_little_text(tag) for tag in found]


def counted_by_instagram(text: str) -> list[str]:
    """Return the hashtags if Instagram counts as many, or else none."""
    content = Content(text + " #more" * instagram.RECOMMENDED_HASHTAGS, ("https://ex.am/a.jpg",))
    [sentence] = [finding.sentence for finding in instagram.rulebook.cautions(content, ())] or [""]
    found = [tag.text for tag in find_hashtags(text)]
    total = len(found) + instagram.RECOMMENDED_HASHTAGS
    return found if not found or f"has {total} hashtags" in sentence else []


FINDERS: dict[str, Callable[[str], list[str]]] = {
    "bluesky": lambda text: [tag.text for tag in richtext.tags(text)],
    "instagram": counted_by_instagram,
    "linkedin": in_little_text,
}
ADDRESSES = [
    "https://en.wikipedia.org/wiki/Primer_(film)#Plot",
    *(f"https://ex.am/a{sign}#Plot" for sign in "!~,;:'+@$*%&=?/._-"),
    "https://ex.am/?q=@ada&c=#Plot",
    "https://ex.am/हिन्दी#हिन्दी",
    "en.wikipedia.org/wiki/Primer#Plot",
    "en.wikipedia.org/wiki/Primer!#Plot",
    "ex.am?@ada.ex.am#Plot",
]


@cache
def words() -> list[tuple[str, str]]:
    """Return the words of a letter and its marks, by the script of the letter: each mark with a letter of its script.

    The tests look through all characters only when they run, because every worker imports this module.
    """
    return [(script, word) for script, word in _scripts_with_marks() if script != "VARIATION"]


def _scripts_with_marks() -> Iterator[tuple[str, str]]:
    letters: dict[str, str] = {}
    marks: dict[str, list[str]] = {}
    for number in range(sys.maxunicode + 1):
        char = chr(number)
        category = unicodedata.category(char)
        if category in ("Lo", "Ll") and (script := script_of(char)) not in letters:
            letters[script] = char
        if category in ("Mn", "Mc") and len(marks.setdefault(script_of(char), [])) < 40:
            marks[script_of(char)].append(char)
    for script, found in marks.items():
        letter = letters.get(script, "e")  # accents belong to every script
        yield script, letter + "".join(mark + letter for mark in found)


def script_of(char: str) -> str:
    return unicodedata.name(char, "").split(" ")[0]


def test_words_of_all_scripts_are_tried() -> None:
    assert len(words()) > 90
    assert {"DEVANAGARI", "TAMIL", "MALAYALAM", "THAI", "HEBREW", "ARABIC", "KHMER", "COMBINING"} <= {
        script for script, _ in words()
    }


@pytest.mark.parametrize("platform", FINDERS)
def test_hashtag_has_the_marks_of_every_script(platform: str) -> None:
    for script, word in words():
        # The limit of Bluesky counts graphemes, and a word of a letter and its marks has at most 41.
        assert FINDERS[platform](f"Read #{word} today.") == [f"#{word}"], (script, word)


@pytest.mark.parametrize("platform", ["instagram", "linkedin"])
@pytest.mark.parametrize(
    "tag",
    ["#हिन्दी", "#தமிழ்", "#മലയാളം", "#ภาษาไทยที่นี่", "#Cafe\u0301", "#می\u200cخواهم", "#क्\u200dष", "#窯_2"],  # noqa: RUF001
)
def test_hashtag_is_found_whole(platform: str, tag: str) -> None:
    assert FINDERS[platform](f"{tag} ({tag}), {tag}!\u200c") == [tag] * 3


@pytest.mark.parametrize("platform", FINDERS)
@pytest.mark.parametrize("address", ADDRESSES)
def test_address_contains_no_hashtag(platform: str, address: str) -> None:
    assert FINDERS[platform](f"See {address} and #this") == ["#this"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_address_contains_no_mention(address: str) -> None:
    assert [span.text for span, _ in richtext.mentions(f"See {address} and @ada.ex.am")] == ["@ada.ex.am"]
    mentions = "@ada " * instagram.MAX_MENTIONS
    assert instagram.rulebook.problems(Content(f"{mentions}{address}", ("https://ex.am/a.jpg",))) == []
