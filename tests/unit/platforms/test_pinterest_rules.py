from typing import Any

import pytest

from minutehand.platforms.pinterest.rules import problems
from minutehand.platforms.port import Content, MediaInfo

BOARD = {"boardId": "549755885175"}
JPEG, MP4 = "image/jpeg", "video/mp4"


def pin(text: str = "x", urls: tuple[str, ...] = ("u",), **options: Any) -> Content:
    return Content(text, urls, options=BOARD | options)


@pytest.mark.parametrize("text", ["x" * 800, "窯" * 800, "🔥" * 800, "e\u0301" * 400, "https://ex.am/" + "p" * 786])
def test_a_text_that_just_fits_is_accepted_and_one_more_is_not(text: str) -> None:
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
        pin(coverKeyFrameTime=1.5, coverImageUrl="https://ex.am/c.jpg"),
        Content("x", ("u",), alt_texts={"u": "a" * 500, "another": "a" * 600}, options=BOARD),
    ],
)
def test_what_keeps_the_rules_is_accepted(content: Content) -> None:
    assert problems(content) == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (pin(urls=()), "A pin needs an image or a video."),
        (pin(urls=("u",) * 6), "The post has 6 images; Pinterest allows 5."),
        (pin(title="窯" * 101), "The title has 101 characters; Pinterest allows 100."),
        (pin(title=1), "title is 1; give a text."),
        (pin(link="https://ex.am/" + "p" * 2035), "link has 2049 characters; Pinterest allows 2048."),
        (pin(link="ex.am"), "link is 'ex.am'; give a web address."),
        (pin(coverImageUrl="c.jpg"), "coverImageUrl is 'c.jpg'; give a web address."),
        (pin(coverKeyFrameTime=-1), "coverKeyFrameTime is -1; give the seconds from the start of the video."),
        (pin(boardId="kilns"), "boardId is 'kilns'; give the number of a board on Pinterest."),
        (Content("x", ("u",)), "boardId is missing: say on which board of Pinterest the pin is to be."),
        (
            Content("x", ("u",), alt_texts={"u": "a" * 501}, options=BOARD),
            "An alternative text is 501 characters long; Pinterest allows 500.",
        ),
        (Content("x", reply_to="813744226420795884"), "Pinterest lets nobody comment through its interface."),
    ],
)
def test_what_breaks_a_rule_is_named(content: Content, sentence: str) -> None:
    assert problems(content) == [sentence]


@pytest.mark.parametrize(
    ("content_type", "known", "sentence"),
    [
        (JPEG, {"size_bytes": 20_971_520}, None),
        (JPEG, {"size_bytes": 20_971_521}, "Image 1 has 20,971,521 bytes; Pinterest allows 20,971,520."),
        ("image/avif", {}, "Medium 1 is of the type image/avif; Pinterest takes JPEG, PNG, GIF, WebP, and videos."),
        ("video/webm", {}, "The video is of the type video/webm; Pinterest takes MP4, MOV and M4V."),
        (MP4, {"size_bytes": 2_147_483_648}, None),
        (MP4, {"size_bytes": 2_147_483_649}, "The video has 2,147,483,649 bytes; Pinterest allows 2,147,483,648."),
        (MP4, {"duration_seconds": 4.0}, None),
        (MP4, {"duration_seconds": 3.5}, "The video lasts 3.5 seconds; Pinterest takes 4 to 900."),
        (MP4, {"duration_seconds": 900.0}, None),
        (MP4, {"duration_seconds": 901.0}, "The video lasts 901 seconds; Pinterest takes 4 to 900."),
        (MP4, {"width": 191, "height": 100}, None),
        (MP4, {"width": 192, "height": 100}, "The video is 192 x 100; Pinterest takes 1.91:1 to 1:2."),
        (MP4, {"width": 100, "height": 200}, None),
        (MP4, {"width": 100, "height": 201}, "The video is 100 x 201; Pinterest takes 1.91:1 to 1:2."),
    ],
)
def test_media_that_just_fit_are_accepted_and_others_are_not(
    content_type: str, known: dict[str, Any], sentence: str | None
) -> None:
    assert problems(pin(), [MediaInfo("u", content_type, **known)]) == ([sentence] if sentence else [])


def test_the_images_of_a_pin_are_alike() -> None:
    one, other = MediaInfo("u", JPEG, width=10, height=10), MediaInfo("v", JPEG, width=10, height=11)
    assert problems(pin(urls=("u", "v")), [one, one]) == []
    assert problems(pin(urls=("u", "v")), [one, MediaInfo("v", JPEG)]) == []
    assert problems(pin(urls=("u", "v")), [one, other]) == ["The images of one pin have to be equally wide and high."]


def test_a_video_is_alone() -> None:
    assert problems(pin(urls=("u", "v")), [MediaInfo("u", MP4), MediaInfo("v", JPEG)]) == [
        "Pinterest takes one video alone, or images, but not several videos or both."
    ]
