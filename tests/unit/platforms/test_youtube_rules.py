from typing import Any

import pytest

from minutehand.platforms.port import Content, MediaInfo
from minutehand.platforms.youtube.options import title_of
from minutehand.platforms.youtube.rules import rulebook, tag_characters, thumbnail_problems

problems = rulebook.problems

URL = "https://ex.am/kiln.mp4"
UPRIGHT = MediaInfo(URL, "video/mp4", 1000, 1080, 1920, 180)


def found(text: str = "Hi.", *, media: MediaInfo | None = None, **options: Any) -> list[str]:
    return problems(Content(text, (URL,), options=options), [media or UPRIGHT])


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"title": "x" * 100},
        {"title": "窯" * 100},
        {"title": "👩‍👩‍👧‍👦" * 14},  # 98 code points
        {"privacy": "unlisted", "categoryId": "10", "madeForKids": True, "syntheticMedia": False},
        {"tags": ["x" * 249, "y" * 250]},  # the comma between them is the 500th
        {"tags": ["two words " + "x" * 488]},
        {"short": True, "thumbnailUrl": "https://ex.am/t.png"},
    ],
)
def test_options_within_the_limits_are_accepted(options: dict[str, Any]) -> None:
    assert found(**options) == []


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"title": "x" * 101}, "title is 101"),
        ({"title": "e\u0301" * 51}, "title is 102"),
        ({"title": "a < b"}, "title contains <"),
        ({"title": 7}, "title is 7"),
        ({"privacy": "friends"}, "privacy is 'friends'"),
        ({"categoryId": "music"}, "categoryId is 'music'"),
        ({"tags": ["x" * 250, "y" * 250]}, "tags are 501"),
        ({"tags": ["two words " + "x" * 489]}, "tags are 501"),
        ({"tags": "a,b"}, "tags is 'a,b'"),
        ({"tags": [" "]}, "tags is [' ']; it must be a list of strings that are not blank."),
        ({"thumbnailUrl": "t.png"}, "thumbnailUrl is 't.png'"),
        ({"madeForKids": "yes"}, "madeForKids is 'yes'"),
        ({"short": 1}, "short is 1"),
    ],
)
def test_invalid_option_is_named(options: dict[str, Any], word: str) -> None:
    [problem] = found(**options)
    assert word in problem


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("x" * 5000, True),
        ("x" * 5001, False),
        ("窯" * 1666, True),  # 4,998 bytes
        ("窯" * 1667, False),
        ("🔥" * 1250, True),
        ("🔥" * 1251, False),
        ("https://ex.am/" + "x" * 4986, True),
        ("https://ex.am/" + "x" * 4987, False),
    ],
)
def test_description_is_counted_in_bytes(text: str, fits: bool) -> None:
    assert (found(text, title="Kiln") == []) is fits


def test_description_cannot_contain_angle_brackets() -> None:
    assert found("Hot -> cold", title="Kiln") == ["The text contains < or >; YouTube allows neither."]


@pytest.mark.parametrize(
    ("media", "options", "word"),
    [
        (MediaInfo(URL, "image/png"), {}, "accepts only videos"),
        (MediaInfo(URL, "video/mp4", 256 * 1024**3 + 1), {}, "bytes"),
        (MediaInfo(URL, "video/mp4", duration_seconds=43_201), {}, "lasts 43201 seconds"),
        (MediaInfo(URL, "video/mp4", duration_seconds=181), {"short": True}, "lasts 181 seconds"),
        (MediaInfo(URL, "video/mp4", width=1081, height=1080), {"short": True}, "vertical or square"),
    ],
)
def test_video_beyond_a_limit_is_rejected(media: MediaInfo, options: dict[str, Any], word: str) -> None:
    [problem] = found(media=media, **options)
    assert word in problem


@pytest.mark.parametrize(
    ("media", "options"),
    [
        (MediaInfo(URL, "video/webm"), {}),
        (MediaInfo(URL, "video/mp4", 256 * 1024**3, duration_seconds=43_200), {}),
        (MediaInfo(URL, "video/mp4", 1, 1080, 1080, 180), {"short": True}),
    ],
)
def test_video_within_the_limits_is_accepted(media: MediaInfo, options: dict[str, Any]) -> None:
    assert found(media=media, **options) == []


@pytest.mark.parametrize(
    ("urls", "problem"),
    [
        ((), "A post on YouTube needs exactly one video."),
        ((URL, URL), "The post has 2 media items; YouTube requires exactly one video."),
    ],
)
def test_post_needs_exactly_one_video(urls: tuple[str, ...], problem: str) -> None:
    assert problems(Content("Hi.", urls)) == [problem]


@pytest.mark.parametrize(
    ("text", "options", "title"),
    [
        ("First line.\nSecond.", {}, "First line."),
        ("First.", {"title": " Given "}, "Given"),
        ("x" * 100, {}, "x" * 100),
        ("x" * 101, {}, "x" * 99 + "…"),
        ("", {}, ""),
    ],
)
def test_title_is_the_option_or_the_first_line(text: str, options: dict[str, Any], title: str) -> None:
    assert title_of(Content(text, options=options)) == title


def test_video_without_text_needs_a_title() -> None:
    assert "needs a title" in found(" \n")[0]


def test_tags_are_counted_with_commas_and_quotation_marks() -> None:
    assert tag_characters(["a", "b c", "d"]) == 1 + 5 + 1 + 2


@pytest.mark.parametrize(
    ("thumbnail", "fits"),
    [
        (MediaInfo(URL, "image/png", 50 * 1024 * 1024), True),
        (MediaInfo(URL, "image/png", 50 * 1024 * 1024 + 1), False),
        (MediaInfo(URL, "image/webp", 1), False),
    ],
)
def test_thumbnail_needs_a_supported_type_and_size(thumbnail: MediaInfo, fits: bool) -> None:
    assert (thumbnail_problems(thumbnail) == []) is fits


@pytest.mark.parametrize(
    ("content", "count"),
    [
        (Content("x" * 10_000, reply_to="v"), 0),
        (Content("x" * 10_001, reply_to="v"), 1),
        (Content(" ", reply_to="v"), 1),
        (Content("x", (URL,), reply_to="v"), 1),
    ],
)
def test_comment_needs_text_and_no_media_items(content: Content, count: int) -> None:
    assert len(problems(content)) == count
