"""An alternative text is published with the media item that its key names in any spelling, or reported."""

from typing import Any

import pytest

from minutehand.platforms.composition import compose
from minutehand.posts.alt_texts import CODE, notices

STORED, SPELT = "https://ex.am/a%20b.jpg", "https://EX.am:443/a b.jpg#"
OTHER = "https://ex.am/other.jpg"


def post(**columns: Any) -> dict[str, Any]:
    row = {"content": "x", "media_urls": [STORED], "alt_texts": {}, "variants": {}, "platform_options": {}}
    return row | columns


@pytest.mark.parametrize("key", [STORED, SPELT, "https://ex.am/a%20b.jpg#top", "HTTPS://ex.am/a%20b.jpg"])
def test_alt_text_is_found_by_any_spelling_of_the_url(key: str) -> None:
    written = post(alt_texts={key: "A kiln."})

    assert compose(written, "x").alt_texts == {STORED: "A kiln."}
    assert notices(written) == []


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        ({"variants": {"x": {"altTexts": {SPELT: "Its fire."}}}}, 1),
        ({"variants": {"x": {"mediaUrls": [STORED], "altTexts": {SPELT: "Its fire."}}}, "media_urls": [OTHER]}, 1),
        (
            {
                "platform_options": {
                    "x": {"thread": [{"content": "y", "mediaUrls": [STORED], "altTexts": {SPELT: "Its fire."}}]}
                }
            },
            2,
        ),
    ],
)
def test_text_of_a_variant_or_part_replaces_the_text_of_the_post(changed: dict[str, Any], part: int) -> None:
    written = post(alt_texts={STORED: "A kiln."}, **changed)

    assert compose(written, "x", part).alt_texts == {STORED: "Its fire."}
    assert notices(written) == []


def test_text_with_the_very_url_as_its_key_comes_first() -> None:
    for texts in ({STORED: "A kiln.", SPELT: "Another."}, {SPELT: "Another.", STORED: "A kiln."}):
        assert compose(post(alt_texts=texts), "x").alt_texts == {STORED: "A kiln."}


def test_alt_text_of_the_post_applies_to_the_media_of_variants_and_parts() -> None:
    thread = {"x": {"thread": ["y", {"content": "z", "mediaUrls": [OTHER]}]}}
    for changed in ({"platform_options": thread}, {"variants": {"bluesky": {"mediaUrls": [OTHER]}}}):
        assert notices(post(alt_texts={OTHER: "A pot."}, **changed)) == []
    assert compose(post(alt_texts={OTHER: "A pot."}, platform_options=thread), "x", 3).alt_texts == {OTHER: "A pot."}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"alt_texts": {OTHER: "A pot."}}, "altTexts"),
        ({"alt_texts": {STORED: "A kiln."}, "media_urls": []}, "altTexts"),
        ({"variants": {"x": {"altTexts": {OTHER: "A pot."}}}}, "variants.x.altTexts"),
        (
            {"variants": {"x": {"mediaUrls": [OTHER], "altTexts": {STORED: "A kiln."}}}},
            "variants.x.altTexts",
        ),
        (
            {"platform_options": {"x": {"thread": ["y", {"content": "z", "altTexts": {STORED: "A kiln."}}]}}},
            "platformOptions.x.thread[1].altTexts",
        ),
    ],
)
def test_alt_text_without_its_media_item_is_reported(changed: dict[str, Any], field: str) -> None:
    [notice] = notices(post(**changed))

    assert (notice.field, notice.code, notice.platform) == (field, CODE, None)
    assert notice.message.startswith(f"{field} has a text for ")


def test_many_unused_alt_texts_are_one_warning() -> None:
    [notice] = notices(post(alt_texts={f"https://ex.am/{number}.jpg": "x" for number in range(500)}))

    assert notice.message == (
        'altTexts has a text for "https://ex.am/0.jpg", but this URL is not among the media URLs to which '
        "altTexts applies. Other URLs in altTexts without a media item: 499. "
        "Use the URLs in mediaUrls. Texts for other URLs are not published."
    )
