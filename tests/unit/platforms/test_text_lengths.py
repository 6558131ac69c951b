"""The length of the same texts by each rule for counting, as one table. One character above a limit is an error."""

import json
from typing import Any

import pytest

from local.settings import ROOT
from local.simulator.demo import requirements_of
from minutehand.platforms.catalog import DISPLAY_NAMES
from minutehand.platforms.composition import compose
from minutehand.platforms.port import Content, MediaInfo
from minutehand.platforms.rulebook import rulebook_for
from tests.support.expected import expected_of

TEXTS = {
    "latin": "x",
    "umlaut": "ü",
    "cjk": "窯",
    "hangul": "글",
    "combining": "q\u0301",  # a letter and a mark without a composed form
    "emoji": "🔥",
    "skin tone": "👍🏽",
    "flag": "🇩🇪",
    "keycap": "1️⃣",
    "family": "👩‍👩‍👧‍👦",  # four people, joined by three joiners
    "newline": "\n",
    "address": "https://ex.am/" + "p" * 86,
    "mention": "@ada",
    "server mention": "@ada@ex.am",
    "address after cjk": "窯https://ex.am/" + "p" * 86,
}
COUNTS = {
    # latin umlaut cjk hangul marks emoji skin flag keycap family newline address mention server after
    "characters": (1, 1, 1, 1, 2, 1, 2, 2, 3, 7, 1, 100, 4, 10, 101),
    "weighted, URLs as 23": (1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 1, 23, 4, 10, 25),
    "emoji_bytes": (1, 1, 1, 1, 2, 4, 8, 8, 7, 25, 1, 100, 4, 10, 101),
    "graphemes": (1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 100, 4, 10, 101),
    "graphemes, URLs as 23": (1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 23, 4, 4, 24),
    "utf16": (1, 1, 1, 1, 2, 2, 4, 4, 3, 11, 1, 100, 4, 10, 101),
    "bytes": (1, 2, 3, 3, 3, 4, 8, 8, 7, 25, 1, 100, 4, 10, 103),
}
"""The length of each text by each rule. On Mastodon, the only platform with its rule, a mention omits the server."""
TABLE = json.loads((ROOT / "tests" / "data" / "text_lengths.json").read_text(encoding="utf-8"))
RULES: dict[str, dict[str, Any]] = TABLE["rules"]
"""The rules by which platforms count, each with its unit and the length of a URL as `GET platforms` returns them."""
CASES: list[dict[str, Any]] = TABLE["cases"]
"""Texts with their length by each rule. Clients that count are tested with the same cases."""
VIDEO = MediaInfo("https://ex.am/kiln.mp4", "video/mp4")


def too_long(platform: str, text: str, reply_to: str | None = None) -> list[str]:
    """Return the problems with the length of ``text`` in an otherwise valid post, or comment."""
    required = requirements_of(platform)
    media = [VIDEO] if required.media and reply_to is None else []
    urls = tuple(item.url for item in media)
    content = Content(text, urls, options=required.options | required.demo_options, reply_to=reply_to)
    return rulebook_for(platform).problems(content, media)


def count_of(kind: str, platform: str) -> int:
    """Return the length of the text of this kind on ``platform``."""
    return COUNTS[expected_of(platform).counting][list(TEXTS).index(kind)]


def padded(text: str, length: int) -> str:
    """Return ``length`` characters, which end in a line break, followed by ``text``."""
    return "x" * (length - 1) + "\n" + text


@pytest.mark.parametrize("platform", DISPLAY_NAMES)
def test_platform_counts_by_the_expected_rule(platform: str) -> None:
    first = rulebook_for(platform).text_lengths(Content(""), ())[0]

    assert {"unit": first.unit, "urlLength": first.url_length} == RULES[expected_of(platform).counting]


def test_tables_contain_the_rules_of_all_platforms() -> None:
    assert {expected_of(platform).counting for platform in DISPLAY_NAMES} == set(RULES) == set(COUNTS)
    assert {frozenset(case["lengths"]) for case in CASES} == {frozenset(RULES)}
    assert {len(counts) for counts in COUNTS.values()} == {len(TEXTS)}


@pytest.mark.parametrize("platform", DISPLAY_NAMES)
@pytest.mark.parametrize("kind", TEXTS)
def test_text_at_the_limit_is_accepted_and_one_character_more_is_not(platform: str, kind: str) -> None:
    limit, text, count = expected_of(platform).max_text, TEXTS[kind], count_of(kind, platform)

    assert too_long(platform, padded(text, limit - count)) == []
    [sentence] = too_long(platform, padded(text, limit - count + 1))
    assert f" {limit + 1} " in sentence
    assert sentence.endswith(f" allows {limit}.")


@pytest.mark.parametrize("platform", DISPLAY_NAMES)
@pytest.mark.parametrize("kind", ["latin", "cjk", "combining", "emoji", "skin tone", "flag", "family"])
def test_text_of_one_kind_fills_the_limit(platform: str, kind: str) -> None:
    limit, text, count = expected_of(platform).max_text, TEXTS[kind], count_of(kind, platform)
    if platform == "bluesky":  # texts with many bytes reach its second limit first: 3,000 bytes
        limit = min(limit, 3_000 // len(text.encode()))
    fitting = text * (limit // count)

    assert too_long(platform, fitting) == []
    assert len(too_long(platform, fitting + text)) == 1


@pytest.mark.parametrize("platform", [key for key in DISPLAY_NAMES if rulebook_for(key).replies != "none"])
def test_comment_at_its_limit_is_accepted_and_one_character_more_is_not(platform: str) -> None:
    limit = expected_of(platform).max_comment or expected_of(platform).max_text

    assert too_long(platform, "x" * limit, reply_to="1") == []
    [sentence] = too_long(platform, "x" * (limit + 1), reply_to="1")
    assert sentence.endswith(f" allows {limit}.")


def test_bluesky_counts_bytes_as_well() -> None:
    family = TEXTS["family"]

    assert too_long("bluesky", family * 120) == []
    assert too_long("bluesky", family * 121) == ["The text is 3025 bytes long; Bluesky allows 3000."]


@pytest.mark.parametrize("platform", DISPLAY_NAMES)
def test_shared_cases_have_the_lengths_of_the_rules(platform: str) -> None:
    nothing: dict[str, Any] = {"media_urls": [], "alt_texts": {}, "platform_options": {}, "variants": {}}
    posts = [nothing | {"content": case["text"]} for case in CASES]
    lengths = [rulebook_for(platform).text_lengths(compose(post, platform, 1), ())[0].length for post in posts]

    assert lengths == [case["lengths"][expected_of(platform).counting] for case in CASES]
