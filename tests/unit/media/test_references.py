"""References from posts to media items."""

from uuid import UUID

import pytest

from minutehand.media.references import find_references, parse_reference, reference_to

ID = UUID("0f8fad5b-d9cb-469f-a165-70867728950e")


def test_a_reference_is_parsed_back_to_its_id() -> None:
    assert reference_to(ID) == "media:0f8fad5b-d9cb-469f-a165-70867728950e"
    assert parse_reference(reference_to(ID)) == ID


@pytest.mark.parametrize(
    "url",
    [
        "",
        "media:",
        f"media:{str(ID).upper()}",
        f"media:{ID.hex}",
        f" media:{ID}",
        f"media:{ID}\n",
        f"media:{ID}?a",
        f"media://{ID}",
        "https://example.com/a.jpg",
    ],
)
def test_other_spellings_are_not_references(url: str) -> None:
    assert parse_reference(url) is None


def test_references_are_found_with_their_paths_but_not_in_texts() -> None:
    item = reference_to(ID)
    value = {
        "mediaUrls": ["https://example.com/a.jpg", item],
        "variants": {"x": {"content": item, "mediaUrls": (item,), "altTexts": {item: item}}},
        "platformOptions": {"youtube": {"thumbnailUrl": item, "madeForKids": False, "firstComment": item}, "x": None},
    }

    assert list(find_references(value)) == [
        ("mediaUrls[1]", item),
        ("variants.x.mediaUrls[0]", item),
        ("platformOptions.youtube.thumbnailUrl", item),
    ]
