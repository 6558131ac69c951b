from typing import Any

import pytest

from minutehand.platforms.port import Content, MediaInfo, Rejected, Transient
from minutehand.platforms.threads.errors import media_failure
from minutehand.platforms.threads.rules import countable_length, problems

FAMILY = "👩‍👩‍👧‍👦"  # one grapheme of 25 bytes
IMAGE = MediaInfo("https://ex.am/a.jpg", "image/jpeg", 8 * 1024 * 1024, 1440, 144)
VIDEO = MediaInfo("https://ex.am/a.mp4", "video/mp4", 1024**3, 1080, 1920, 300.0)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("plain", 5),
        ("窯", 1),
        ("e\u0301", 2),  # a combining mark is a character of its own
        ("🔥", 4),
        ("❤️", 6),  # a heart made an emoji by a variation selector
        ("❤", 1),
        ("©", 1),
        ("1️⃣", 7),
        ("🇩🇪", 8),
        ("👍🏽", 8),
        (FAMILY, 25),
        ("https://www.example.org/a/path", 30),
    ],
)
def test_an_emoji_counts_its_bytes_and_all_else_its_characters(text: str, length: int) -> None:
    assert countable_length(text) == length


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (Content("x" * 500), []),
        (Content("x" * 501), ["The text counts as 501 characters; Threads allows 500."]),
        (Content("窯" * 500), []),
        (Content("e\u0301" * 250), []),
        (Content("e\u0301" * 250 + "x"), ["The text counts as 501 characters; Threads allows 500."]),
        (Content(FAMILY * 20), []),
        (Content(FAMILY * 20 + "x"), ["The text counts as 501 characters; Threads allows 500."]),
        (Content("https://ex.am/" + "x" * 486), []),
        (Content("https://ex.am/" + "x" * 487), ["The text counts as 501 characters; Threads allows 500."]),
        (Content(" "), ["A post on Threads needs a text, an image or a video."]),
        (Content("", ("u",)), []),
        (Content("x", ("u",) * 20), []),
        (Content("x", ("u",) * 21), ["The post has 21 images and videos; Threads allows 20."]),
        (Content("x", ("u",), alt_texts={"u": "x" * 1000}), []),
        (
            Content("x", ("u",), alt_texts={"u": "x" * 1001}),
            ["An alternative text is 1001 characters long; Threads allows 1000."],
        ),
    ],
)
def test_what_just_fits_is_accepted_and_one_more_is_not(content: Content, expected: list[str]) -> None:
    assert problems(content) == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, None),
        ({"replyControl": "mentioned_only"}, None),
        ({"replyControl": "nobody"}, "replyControl is 'nobody'; Threads knows everyone, accounts_you_follow"),
        ({"topicTag": "x" * 50}, None),
        ({"topicTag": "x" * 51}, "topicTag is"),
        ({"topicTag": "a.b"}, "topicTag is 'a.b'; Threads takes 1 to 50 characters without . and &."),
        ({"topicTag": ""}, "topicTag is"),
        ({"linkAttachment": "https://ex.am/ple"}, None),
        ({"linkAttachment": "ex.am"}, "linkAttachment is 'ex.am'; give a web address."),
        ({"linkAttachment": 5}, "linkAttachment is 5; give a web address."),
        ({"quotePostId": "18001"}, None),
        ({"quotePostId": "../me"}, "quotePostId is '../me'; give the number of a post on Threads."),
    ],
)
def test_options_are_checked(options: dict[str, Any], expected: str | None) -> None:
    found = problems(Content("x", options=options))
    assert len(found) == (0 if expected is None else 1)
    assert expected is None or found[0].startswith(expected)


def test_a_link_card_goes_with_a_text_only() -> None:
    [found] = problems(Content("x", ("u",), options={"linkAttachment": "https://ex.am"}))
    assert found.startswith("linkAttachment goes with a text only")


@pytest.mark.parametrize(
    ("medium", "expected"),
    [
        (IMAGE, None),
        (MediaInfo("u", "image/png"), None),
        (MediaInfo("u", "image/webp"), "Medium 1 is of the type image/webp; Threads takes images as JPEG or PNG."),
        (MediaInfo("u", "image/jpeg", 8 * 1024 * 1024 + 1), "Image 1 has 8,388,609 bytes; Threads allows 8,388,608."),
        (
            MediaInfo("u", "image/jpeg", 1, 1441, 144),
            "Image 1 is 1441 x 144; Threads allows sides of 10 to 1 at most.",
        ),
        (VIDEO, None),
        (MediaInfo("u", "video/quicktime"), None),
        (MediaInfo("u", "video/webm"), "Medium 1 is of the type video/webm; Threads takes videos as MP4 or MOV."),
        (MediaInfo("u", "video/mp4", 1024**3 + 1), "Video 1 has 1,073,741,825 bytes; Threads allows 1,073,741,824."),
        (MediaInfo("u", "video/mp4", None, None, None, 301), "Video 1 lasts 301 seconds; Threads allows 300."),
    ],
)
def test_media_are_checked(medium: MediaInfo, expected: str | None) -> None:
    assert problems(Content("x", (medium.url,)), [medium]) == ([] if expected is None else [expected])


def test_media_that_will_never_do_are_rejected_and_others_tried_again() -> None:
    refused = media_failure("INVALID_DURATION")
    assert (type(refused), refused.reason) == (Rejected, "Threads refused the media: it is too long or too short.")
    assert type(media_failure("FAILED_DOWNLOADING_VIDEO")) is Transient
    assert type(media_failure("UNKNOWN")) is Transient
