"""The length of the same texts on each platform, as one table. One character above the limit is an error."""

import json
from typing import Any

import pytest

from local.settings import ROOT
from local.simulator.demo import requirements_of
from minutehand.platforms.catalog import DISPLAY_NAMES
from minutehand.platforms.composition import compose
from minutehand.platforms.port import Content, MediaInfo
from minutehand.platforms.rulebook import rulebook_for

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
TABLE = {
    #            limit  latin umlaut cjk hangul marks emoji skin flag keycap family newline address mention server after
    "instagram": (2_200, (1, 1, 1, 1, 2, 1, 2, 2, 3, 7, 1, 100, 4, 10, 101)),
    "facebook": (63_206, (1, 1, 1, 1, 2, 1, 2, 2, 3, 7, 1, 100, 4, 10, 101)),
    "linkedin": (3_000, (1, 1, 1, 1, 2, 1, 2, 2, 3, 7, 1, 100, 4, 10, 101)),
    "pinterest": (800, (1, 1, 1, 1, 2, 1, 2, 2, 3, 7, 1, 100, 4, 10, 101)),
    "x": (280, (1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 1, 23, 4, 10, 25)),
    "threads": (500, (1, 1, 1, 1, 2, 4, 8, 8, 7, 25, 1, 100, 4, 10, 101)),
    "bluesky": (300, (1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 100, 4, 10, 101)),
    "mastodon": (500, (1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 23, 4, 4, 24)),
    "tiktok": (2_200, (1, 1, 1, 1, 2, 2, 4, 4, 3, 11, 1, 100, 4, 10, 101)),
    "youtube": (5_000, (1, 2, 3, 3, 3, 4, 8, 8, 7, 25, 1, 100, 4, 10, 103)),
}
CASES: list[dict[str, Any]] = json.loads((ROOT / "tests" / "data" / "text_lengths.json").read_text(encoding="utf-8"))
"""Texts with their length on each platform, in the unit of the first limit. Clients that count are tested with them."""
COMMENTS = {"facebook": 8_000, "linkedin": 1_250, "instagram": 2_200, "youtube": 10_000}
VIDEO = MediaInfo("https://ex.am/kiln.mp4", "video/mp4")


def too_long(platform: str, text: str, reply_to: str | None = None) -> list[str]:
    """Return the problems with the length of ``text`` in an otherwise valid post, or comment."""
    required = requirements_of(platform)
    media = [VIDEO] if required.media and reply_to is None else []
    urls = tuple(item.url for item in media)
    content = Content(text, urls, options=required.options | required.demo_options, reply_to=reply_to)
    return rulebook_for(platform).problems(content, media)


def padded(text: str, length: int) -> str:
    """Return ``length`` characters, which end in a line break, followed by ``text``."""
    return "x" * (length - 1) + "\n" + text


def test_table_covers_every_platform() -> None:
    assert set(TABLE) == set(DISPLAY_NAMES)
    assert {len(counts) for _, counts in TABLE.values()} == {len(TEXTS)}


@pytest.mark.parametrize("platform", TABLE)
@pytest.mark.parametrize("kind", TEXTS)
def test_text_at_the_limit_is_accepted_and_one_character_more_is_not(platform: str, kind: str) -> None:
    limit, counts = TABLE[platform]
    text, count = TEXTS[kind], counts[list(TEXTS).index(kind)]

    assert too_long(platform, padded(text, limit - count)) == []
    [sentence] = too_long(platform, padded(text, limit - count + 1))
    assert f" {limit + 1} " in sentence
    assert sentence.endswith(f" allows {limit}.")


@pytest.mark.parametrize("platform", TABLE)
@pytest.mark.parametrize("kind", ["latin", "cjk", "combining", "emoji", "skin tone", "flag", "family"])
def test_text_of_one_kind_fills_the_limit(platform: str, kind: str) -> None:
    limit, counts = TABLE[platform]
    text, count = TEXTS[kind], counts[list(TEXTS).index(kind)]
    if platform == "bluesky":  # texts with many bytes reach its second limit first: 3,000 bytes
        limit = min(limit, 3_000 // len(text.encode()))
    fitting = text * (limit // count)

    assert too_long(platform, fitting) == []
    assert len(too_long(platform, fitting + text)) == 1


@pytest.mark.parametrize(("platform", "limit"), COMMENTS.items())
def test_comments_have_separate_limits(platform: str, limit: int) -> None:
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

    assert lengths == [case["lengths"][platform] for case in CASES]
    assert {frozenset(case["lengths"]) for case in CASES} == {frozenset(DISPLAY_NAMES)}
