from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.simulator.linkedin import displayed_text
from minutehand.platforms.linkedin import commentary
from minutehand.platforms.linkedin.rules import rulebook
from minutehand.platforms.port import Content, MediaInfo

problems = rulebook.problems

PNG = MediaInfo("u", "image/png")
MP4 = MediaInfo("u", "video/mp4")


@pytest.mark.parametrize(
    ("text", "length"),
    [("x" * 3000, 3000), ("窯" * 3000, 3000), ("🔥" * 3000, 3000), ("e\u0301" * 1500, 3000), ("#_*" * 1000, 3000)],
)
def test_text_is_accepted_up_to_the_limit(text: str, length: int) -> None:
    assert problems(Content(text)) == []
    assert problems(Content(text + "x")) == [f"The text is {length + 1} characters long; LinkedIn allows 3000."]


def test_address_counts_with_its_full_length() -> None:
    url = " https://ex.am/" + "p" * 85
    assert problems(Content("x" * 2900 + url)) == []
    assert problems(Content("x" * 2901 + url)) == ["The text is 3001 characters long; LinkedIn allows 3000."]


def test_comment_has_a_lower_limit() -> None:
    assert problems(Content("x" * 1250, reply_to="urn:li:share:1")) == []
    assert problems(Content("x" * 1251, reply_to="urn:li:share:1")) == [
        "The comment is 1251 characters long; LinkedIn allows 1250."
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (Content("  "), "A post on LinkedIn needs text, an image, a video or an article."),
        (Content("x", ("u",) * 21), "The post has 21 media items; LinkedIn allows 20."),
        (Content("x", ("u",) * 2, reply_to="urn:li:share:1"), "The comment has 2 media items; LinkedIn allows 1."),
        (
            Content("x", options={"visibility": "FRIENDS"}),
            "visibility is 'FRIENDS'; it must be one of PUBLIC, CONNECTIONS, LOGGED_IN.",
        ),
        (
            Content("x", options={"organization": "acme"}),
            "organization is 'acme'; it must be the number or the URN of a LinkedIn page.",
        ),
        (Content("x", options={"disableReshare": "no"}), "disableReshare is 'no'; it must be true or false."),
        (Content("x", options={"title": 7}), "title is 7; it must be a string."),
        (
            Content("x", options={"article": "https://ex.am"}),
            "article is 'https://ex.am'; it must be an object with url, title and, optionally, description.",
        ),
        (
            Content("x", options={"article": {"url": "ex.am", "title": "t"}}),
            "article.url is 'ex.am'; it must be a URL that begins with http:// or https://.",
        ),
        (
            Content("x", options={"article": {"url": "https://ex.am"}}),
            "article.title must be a string that is not blank. LinkedIn does not read the title from the page.",
        ),
        (
            Content("x", options={"article": {"url": "https://ex.am", "title": "t", "description": 1}}),
            "article.description is 1; it must be a string.",
        ),
        (
            Content("x", ("u",), options={"article": {"url": "https://ex.am", "title": "t"}}),
            "article cannot be combined with media. Remove article or the media.",
        ),
    ],
)
def test_broken_rule_is_named(content: Content, sentence: str) -> None:
    assert problems(content) == [sentence]


@pytest.mark.parametrize(
    "content",
    [
        Content("x", ("u",) * 20),
        Content("", ("u",)),
        Content("", options={"article": {"url": "https://ex.am", "title": "t"}}),
        Content("x", options={"organization": 77, "visibility": "LOGGED_IN", "disableReshare": False, "title": "t"}),
    ],
)
def test_valid_content_is_accepted(content: Content) -> None:
    assert problems(content) == []


@pytest.mark.parametrize(
    ("given", "fits", "sentence"),
    [
        (PNG, {"content_type": "image/gif"}, None),
        (
            PNG,
            {"content_type": "image/webp"},
            "Media item 1 has the type image/webp; LinkedIn accepts JPEG, PNG, GIF and MP4.",
        ),
        (PNG, {"size_bytes": 20_971_520}, None),
        (PNG, {"size_bytes": 20_971_521}, "Image 1 has 20,971,521 bytes; Minutehand uploads up to 20,971,520."),
        (PNG, {"width": 36_152_319, "height": 1}, None),
        (
            PNG,
            {"width": 36_152_320, "height": 1},
            "Image 1 has 36152320 x 1 pixels; LinkedIn requires fewer than 36,152,320 in total.",
        ),
        (
            MP4,
            {"content_type": "video/quicktime"},
            "The video has the type video/quicktime; LinkedIn accepts MP4.",
        ),
        (MP4, {"size_bytes": 76_800}, None),
        (MP4, {"size_bytes": 76_799}, "The video has 76,799 bytes; LinkedIn allows 76,800 to 524,288,000."),
        (MP4, {"size_bytes": 524_288_000}, None),
        (MP4, {"size_bytes": 524_288_001}, "The video has 524,288,001 bytes; LinkedIn allows 76,800 to 524,288,000."),
        (MP4, {"duration_seconds": 3.0}, None),
        (MP4, {"duration_seconds": 2.9}, "The video lasts 2.9 seconds; LinkedIn allows 3 to 1800."),
        (MP4, {"duration_seconds": 1800.0}, None),
        (MP4, {"duration_seconds": 1800.5}, "The video lasts 1800.5 seconds; LinkedIn allows 3 to 1800."),
    ],
)
def test_media_item_is_accepted_up_to_each_limit(given: MediaInfo, fits: dict[str, Any], sentence: str | None) -> None:
    known = {"url": given.url, "content_type": given.content_type, **fits}
    assert problems(Content("x", ("u",)), [MediaInfo(**known)]) == ([sentence] if sentence else [])


@pytest.mark.parametrize("media", [(MP4, PNG), (MP4, MP4)])
def test_video_cannot_be_combined_with_other_media_items(media: tuple[MediaInfo, MediaInfo]) -> None:
    assert problems(Content("x", ("u", "v")), media) == [
        "A post on LinkedIn can contain one video or several images, not both."
    ]


def test_comment_cannot_contain_a_video() -> None:
    assert problems(Content("x", ("u",), reply_to="urn:li:share:1"), [MP4]) == [
        "A comment on LinkedIn cannot contain a video. Remove the video."
    ]


@pytest.mark.parametrize(
    ("text", "little"),
    [
        ("plain", "plain"),
        ("a_b (c) [d] {e} <f> *g* ~h~ i|j k\\l @m", r"a\_b \(c\) \[d\] \{e\} \<f\> \*g\* \~h\~ i\|j k\\l \@m"),
        ("Hello #world", r"Hello {hashtag|\#|world}"),
        ("#töpfern_jetzt!", r"{hashtag|\#|töpfern\_jetzt}!"),
        ("# 1 #2 C#", r"\# 1 \#2 C\#"),
        ("https://ex.am/a#part", r"https://ex.am/a\#part"),
    ],
)
def test_text_is_escaped_as_little_text(text: str, little: str) -> None:
    assert commentary.to_little_text(text) == little
    assert displayed_text(little) == text


@given(st.text() | st.text(st.sampled_from("#ab_ \\{}|()[]<>@*~\n窯é")))
def test_any_text_survives_a_round_trip_through_little_text(text: str) -> None:
    little = commentary.to_little_text(text)
    assert commentary.from_little_text(little) == text
    assert displayed_text(little) == text


def test_mention_in_little_text_becomes_its_name() -> None:
    assert commentary.from_little_text("Ask @[Ada Ltd](urn:li:organization:7).") == "Ask Ada Ltd."
