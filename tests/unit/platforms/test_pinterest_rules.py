from typing import Any

import pytest

from minutehand.platforms.pinterest.rules import rulebook
from minutehand.platforms.port import Content, MediaInfo

problems = rulebook.problems

BOARD = {"boardId": "549755885175"}
JPEG, MP4 = "image/jpeg", "video/mp4"


def pin(text: str = "x", urls: tuple[str, ...] = ("u",), **options: Any) -> Content:
    return Content(text, urls, options=BOARD | options)


@pytest.mark.parametrize("text", ["x" * 800, "窯" * 800, "🔥" * 800, "e\u0301" * 400, "https://ex.am/" + "p" * 786])
def test_text_is_accepted_up_to_the_limit(text: str) -> None:
    assert problems(pin(text)) == []
    assert problems(pin(text + "x")) == ["The text is 801 characters long; Pinterest allows 800."]


@pytest.mark.parametrize(
    "content",
    [
        pin(""),
        pin(urls=("u",) * 5),
        pin(title="窯" * 100),
        pin(link="https://ex.am/" + "p" * 2034),
        pin(boardId=549755885175),
        pin(coverKeyFrameTime=1, coverImageUrl="https://ex.am/c.jpg"),
        Content("x", ("u",), alt_texts={"u": "a" * 500, "another": "a" * 600}, options=BOARD),
    ],
)
def test_valid_content_is_accepted(content: Content) -> None:
    assert problems(content) == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (pin(urls=()), "A post on Pinterest needs an image or a video."),
        (pin(urls=("u",) * 6), "The post has 6 media items; Pinterest allows 5."),
        (pin(title="窯" * 101), "The title is 101 characters long; Pinterest allows 100."),
        (pin(title=1), "title is 1; it must be a string."),
        (pin(link="https://ex.am/" + "p" * 2035), "link is 2049 characters long; Pinterest allows 2048."),
        (pin(link="ex.am"), "link is 'ex.am'; it must be a URL that begins with http:// or https://."),
        (pin(coverImageUrl="c.jpg"), "coverImageUrl is 'c.jpg'; it must be the URL of an image."),
        (pin(coverKeyFrameTime=-1), "coverKeyFrameTime is -1; it must be a whole number of seconds, 0 or greater."),
        (pin(coverKeyFrameTime=1.5), "coverKeyFrameTime is 1.5; it must be a whole number of seconds, 0 or greater."),
        (pin(boardId="kilns"), "boardId is 'kilns'; it must be the numeric id of a board on Pinterest."),
        (Content("x", ("u",)), "boardId is missing. Set it to the id of the board for the pin."),
        (
            Content("x", ("u",), alt_texts={"u": "a" * 501}, options=BOARD),
            "An alternative text is 501 characters long; Pinterest allows 500.",
        ),
        (Content("x", reply_to="813744226420795884"), "Pinterest does not accept comments from apps."),
    ],
)
def test_broken_rule_is_named(content: Content, sentence: str) -> None:
    assert problems(content) == [sentence]


@pytest.mark.parametrize(
    ("content_type", "known", "sentence"),
    [
        (JPEG, {"size_bytes": 20_971_520}, None),
        (JPEG, {"size_bytes": 20_971_521}, "Image 1 has 20,971,521 bytes; Pinterest allows 20,971,520."),
        ("image/avif", {}, "Media item 1 has the type image/avif; Pinterest accepts JPEG, PNG, GIF and WebP images."),
        ("video/webm", {}, "The video has the type video/webm; Pinterest accepts MP4, MOV and M4V."),
        (MP4, {"size_bytes": 2_147_483_648}, None),
        (MP4, {"size_bytes": 2_147_483_649}, "The video has 2,147,483,649 bytes; Pinterest allows 2,147,483,648."),
        (MP4, {"duration_seconds": 4.0}, None),
        (MP4, {"duration_seconds": 3.5}, "The video lasts 3.5 seconds; Pinterest allows 4 to 900."),
        (MP4, {"duration_seconds": 900.0}, None),
        (MP4, {"duration_seconds": 901.0}, "The video lasts 901 seconds; Pinterest allows 4 to 900."),
        (MP4, {"width": 191, "height": 100}, None),
        (
            MP4,
            {"width": 192, "height": 100},
            "The video measures 192 x 100 pixels; Pinterest allows aspect ratios from 1:2 to 1.91:1.",
        ),
        (MP4, {"width": 100, "height": 200}, None),
        (
            MP4,
            {"width": 100, "height": 201},
            "The video measures 100 x 201 pixels; Pinterest allows aspect ratios from 1:2 to 1.91:1.",
        ),
    ],
)
def test_media_item_is_accepted_up_to_each_limit(
    content_type: str, known: dict[str, Any], sentence: str | None
) -> None:
    assert problems(pin(), [MediaInfo("u", content_type, **known)]) == ([sentence] if sentence else [])


def test_images_of_a_pin_must_have_equal_dimensions() -> None:
    one, other = MediaInfo("u", JPEG, width=10, height=10), MediaInfo("v", JPEG, width=10, height=11)
    assert problems(pin(urls=("u", "v")), [one, one]) == []
    assert problems(pin(urls=("u", "v")), [one, MediaInfo("v", JPEG)]) == []
    assert problems(pin(urls=("u", "v")), [one, other]) == [
        "All images of a post on Pinterest must have the same width and height."
    ]


def test_video_cannot_be_combined_with_images() -> None:
    assert problems(pin(urls=("u", "v")), [MediaInfo("u", MP4), MediaInfo("v", JPEG)]) == [
        "A post on Pinterest can contain one video or several images, not both."
    ]
