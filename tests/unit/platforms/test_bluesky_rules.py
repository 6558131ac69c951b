import re
from datetime import UTC, datetime, timedelta

import pytest

from minutehand.platforms.bluesky.rules import rulebook
from minutehand.platforms.bluesky.tid import tid
from minutehand.platforms.port import Content, MediaInfo

problems = rulebook.problems

FAMILY = "👩‍👩‍👧‍👦"  # one grapheme of 25 bytes
NOW = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (Content("x" * 300), []),
        (Content("x" * 301), ["The text is 301 characters long; Bluesky allows 300."]),
        (Content("窯" * 300), []),
        (Content(FAMILY * 120), []),
        (Content(FAMILY * 121), ["The text is 3025 bytes long; Bluesky allows 3000."]),
        (Content("x", ("u",) * 4), []),
        (Content("x", ("u",) * 5), ["The post has 5 images; Bluesky allows 4."]),
    ],
)
def test_content_is_accepted_up_to_each_limit(content: Content, expected: list[str]) -> None:
    assert problems(content) == expected


@pytest.mark.parametrize(
    ("video", "expected"),
    [
        (MediaInfo("u", "video/mp4", 300_000_000), []),
        (MediaInfo("u", "video/mp4", 300_000_001), ["The video has 300,000,001 bytes; Bluesky allows 300,000,000."]),
        (MediaInfo("u", "video/quicktime", 1), ["The video has the type video/quicktime; Bluesky accepts MP4."]),
    ],
)
def test_video_must_be_an_mp4_within_the_size_limit(video: MediaInfo, expected: list[str]) -> None:
    assert problems(Content("x", ("u",)), [video]) == expected


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        (MediaInfo("u", "image/png", 2_000_000), []),
        (MediaInfo("u", "image/png", 2_000_001), ["Image 1 has 2,000,001 bytes; Bluesky allows 2,000,000."]),
        (MediaInfo("u", "image/bmp"), ["Image 1 has the type image/bmp; Bluesky accepts JPEG, PNG, GIF and WebP."]),
    ],
)
def test_image_must_have_a_supported_type_and_size(image: MediaInfo, expected: list[str]) -> None:
    assert problems(Content("x", ("u",)), [image]) == expected


@pytest.mark.parametrize("other", ["image/png", "video/mp4"])
def test_video_cannot_be_combined_with_other_media_items(other: str) -> None:
    assert problems(Content("x", ("u", "v")), [MediaInfo("u", "video/mp4"), MediaInfo("v", other)]) == [
        "A post on Bluesky can contain one video or several images, not both."
    ]


@pytest.mark.parametrize(
    ("languages", "count"), [(["en"], 0), (["en", "de", "ja"], 0), (["a"] * 4, 1), ("en", 1), ([""], 1)]
)
def test_languages_must_be_a_short_list_of_codes(languages: object, count: int) -> None:
    assert len(problems(Content("x", options={"languages": languages}))) == count


def test_tid_is_valid_and_encodes_and_sorts_by_its_time() -> None:
    moments = [NOW + timedelta(microseconds=n) for n in range(3)]
    keys = [tid(moment, "p") for moment in moments]
    assert all(re.fullmatch(r"[2-7a-j][2-7a-z]{12}", key) for key in keys)
    assert keys == sorted(set(keys))
    number = 0
    for character in keys[0]:
        number = number * 32 + "234567abcdefghijklmnopqrstuvwxyz".index(character)
    assert number >> 10 == 1772442000123456


def test_publications_of_the_same_microsecond_have_different_tids() -> None:
    assert tid(NOW, "first") != tid(NOW, "second")
    assert tid(NOW, "first") == tid(NOW, "first")
