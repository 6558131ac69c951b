from typing import Any

import pytest

from minutehand.platforms.meta.media_errors import MediaNotFetched
from minutehand.platforms.port import Content, MediaInfo, Rejected
from minutehand.platforms.threads.errors import media_failure
from minutehand.platforms.threads.rules import countable_length, rulebook

problems = rulebook.problems

FAMILY = "👩‍👩‍👧‍👦"  # one grapheme of 25 bytes
IMAGE = MediaInfo("https://ex.am/a.jpg", "image/jpeg", 8 * 1024 * 1024, 1440, 144)
VIDEO = MediaInfo("https://ex.am/a.mp4", "video/mp4", 1024**3, 1080, 1920, 300.0)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("plain", 5),
        ("窯", 1),
        ("e\u0301", 2),  # a combining mark counts separately
        ("🔥", 4),
        ("❤️", 6),  # a heart with the variation selector for emoji
        ("❤", 1),
        ("©", 1),
        ("1️⃣", 7),
        ("🇩🇪", 8),
        ("👍🏽", 8),
        (FAMILY, 25),
        ("https://www.example.org/a/path", 30),
    ],
)
def test_emoji_counts_as_its_bytes_and_other_text_as_characters(text: str, length: int) -> None:
    assert countable_length(text) == length


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a" * 500, []),
        ("\u2019" * 3 + "a" * 491, []),
        ("\u2019" * 3 + "a" * 495, ["The text has 504 bytes; Threads may refuse more than 500."]),
        ("窯" * 200, ["The text has 600 bytes; Threads may refuse more than 500."]),
        ("窯" * 501, []),  # this is an error, not a caution
    ],
)
def test_text_of_more_bytes_than_the_limit_may_be_refused(text: str, expected: list[str]) -> None:
    assert [finding.sentence for finding in rulebook.cautions(Content(text), [])] == expected


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
        (Content(" "), ["A post on Threads needs text, an image or a video."]),
        (Content("", ("u",)), []),
        (Content("x", ("u",) * 20), []),
        (Content("x", ("u",) * 21), ["The post has 21 media items; Threads allows 20."]),
        (Content("x", ("u",), alt_texts={"u": "x" * 1000}), []),
        (
            Content("x", ("u",), alt_texts={"u": "x" * 1001}),
            ["An alternative text is 1001 characters long; Threads allows 1000."],
        ),
    ],
)
def test_content_is_accepted_up_to_each_limit(content: Content, expected: list[str]) -> None:
    assert problems(content) == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, None),
        ({"replyControl": "mentioned_only"}, None),
        ({"replyControl": "nobody"}, "replyControl is 'nobody'; it must be one of everyone, accounts_you_follow"),
        ({"topicTag": "x" * 50}, None),
        ({"topicTag": "x" * 51}, "topicTag is"),
        ({"topicTag": "a.b"}, "topicTag is 'a.b'; it must be a string of 1 to 50 characters without . or &."),
        ({"topicTag": ""}, "topicTag is"),
        ({"linkAttachment": "https://ex.am/ple"}, None),
        (
            {"linkAttachment": "ex.am"},
            "linkAttachment is 'ex.am'; it must be a URL that begins with http:// or https://.",
        ),
        ({"linkAttachment": 5}, "linkAttachment is 5; it must be a URL that begins with http:// or https://."),
        ({"quotePostId": "18001"}, None),
        (
            {"quotePostId": "../me"},
            "quotePostId is '../me'; it must be the numeric id of a post on Threads, as a string.",
        ),
    ],
)
def test_invalid_option_is_named(options: dict[str, Any], expected: str | None) -> None:
    found = problems(Content("x", options=options))
    assert len(found) == (0 if expected is None else 1)
    assert expected is None or found[0].startswith(expected)


def test_link_card_cannot_be_combined_with_media_items() -> None:
    [found] = problems(Content("x", ("u",), options={"linkAttachment": "https://ex.am"}))
    assert found.startswith("linkAttachment cannot be combined with media")


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (IMAGE, None),
        (MediaInfo("u", "image/png"), None),
        (MediaInfo("u", "image/webp"), "Media item 1 has the type image/webp; Threads accepts JPEG and PNG images."),
        (MediaInfo("u", "image/jpeg", 8 * 1024 * 1024 + 1), "Image 1 has 8,388,609 bytes; Threads allows 8,388,608."),
        (
            MediaInfo("u", "image/jpeg", 1, 1441, 144),
            "Image 1 measures 1441 x 144 pixels; Threads allows aspect ratios up to 10:1.",
        ),
        (VIDEO, None),
        (MediaInfo("u", "video/quicktime"), None),
        (MediaInfo("u", "video/webm"), "Media item 1 has the type video/webm; Threads accepts MP4 and MOV videos."),
        (MediaInfo("u", "video/mp4", 1024**3 + 1), "Video 1 has 1,073,741,825 bytes; Threads allows 1,073,741,824."),
        (MediaInfo("u", "video/mp4", None, None, None, 301), "Video 1 lasts 301 seconds; Threads allows 300."),
    ],
)
def test_media_item_is_accepted_up_to_each_limit(item: MediaInfo, expected: str | None) -> None:
    assert problems(Content("x", (item.url,)), [item]) == ([] if expected is None else [expected])


LINKS = ["https://ex.am/1", "http://ex.am/2", "www.ex.am/3", "https://ex.am/4", "www.ex.am"]


@pytest.mark.parametrize(
    ("text", "attached", "links"),
    [
        (" ".join(LINKS), None, 5),
        (" ".join([*LINKS, *LINKS]), None, 5),  # each of them twice
        (" ".join(LINKS) + " (https://ex.am/6).", None, 6),
        (" ".join(LINKS) + " WWW.ex.am/6", None, 6),
        (" ".join(LINKS), LINKS[0], 5),
        (" ".join(LINKS), "https://ex.am/6", 6),
        (" ".join(LINKS) + " https://ex.am/4?www.ex.am/7 a@www.ex.am", None, 6),
    ],
)
def test_post_has_at_most_five_different_links(text: str, attached: str | None, links: int) -> None:
    content = Content(text, options={"linkAttachment": attached} if attached else {})
    refused = [f"The post has {links} different links; Threads allows 5."] if links > 5 else []
    assert problems(content) == refused


def test_known_media_failure_is_permanent_and_an_unknown_one_transient() -> None:
    refused = media_failure("INVALID_DURATION")
    assert (type(refused), refused.reason) == (
        Rejected,
        "Threads refused the media: the duration is too long or too short. Use another file.",
    )
    unfetched = media_failure("FAILED_DOWNLOADING_VIDEO")
    assert (type(unfetched), unfetched.code) == (MediaNotFetched, "media_unavailable")
    assert (type(media_failure("UNKNOWN")), media_failure("UNKNOWN").code) == (MediaNotFetched, "media_failed")
