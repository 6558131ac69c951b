"""A form in a browser sends CRLF, which no reader sees as two characters."""

from typing import Any

import pytest

from minutehand.platforms.catalog import PLATFORMS
from minutehand.platforms.composition import compose
from minutehand.platforms.port import Content
from minutehand.platforms.rulebook import rulebook_for

URL = "https://ex.am/a.jpg"


def post(**columns: Any) -> dict[str, Any]:
    return {
        "content": "One.\r\n\r\nTwo.\rThree.",
        "media_urls": [URL],
        "alt_texts": {URL: "A kiln.\r\nIt is warm."},
        "platform_options": {},
        "variants": {},
        **columns,
    }


@pytest.mark.parametrize("platform", PLATFORMS)
def test_line_ending_counts_as_one_character(platform: str) -> None:
    rulebook = rulebook_for(platform)
    content = compose(post(), platform)
    assert content.text == "One.\n\nTwo.\nThree."
    assert {length.length for length in rulebook.text_lengths(content, [])} == {len(content.text)}


def test_alt_texts_options_and_later_parts_have_no_carriage_returns() -> None:
    options = {"x": {"thread": ["Four.\r\nFive.", {"content": "Six.\r\n"}]}, "mastodon": {"spoilerText": "A\r\nB"}}
    row = post(platform_options=options, variants={"mastodon": {"content": "Seven.\r\nEight."}})
    assert compose(row, "x").alt_texts == {URL: "A kiln.\nIt is warm."}
    assert [compose(row, "x", part).text for part in (2, 3)] == ["Four.\nFive.", "Six.\n"]
    mastodon = compose(row, "mastodon")
    assert mastodon == Content("Seven.\nEight.", (URL,), mastodon.alt_texts, {"spoilerText": "A\nB"})
