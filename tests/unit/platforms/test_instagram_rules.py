from typing import Any

import pytest

from minutehand.platforms.instagram.errors import media_failure
from minutehand.platforms.instagram.rules import rulebook
from minutehand.platforms.meta.media_errors import MediaNotFetched
from minutehand.platforms.port import Content, MediaInfo, Rejected

problems = rulebook.problems

FAMILY = "👩‍👩‍👧‍👦"  # seven code points
ONE = ("https://ex.am/a.jpg",)
STORY, REEL = {"type": "story"}, {"type": "reel"}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (Content("x" * 2200, ONE), []),
        (Content("x" * 2201, ONE), ["The text is 2201 characters long; Instagram allows 2200."]),
        (Content("窯" * 2200, ONE), []),
        (Content("e\u0301" * 1100, ONE), []),
        (Content("e\u0301" * 1100 + "x", ONE), ["The text is 2201 characters long; Instagram allows 2200."]),
        (Content(FAMILY * 314 + "xx", ONE), []),
        (Content(FAMILY * 314 + "xxx", ONE), ["The text is 2201 characters long; Instagram allows 2200."]),
        (Content("https://ex.am/" + "x" * 2186, ONE), []),
        (Content("https://ex.am/" + "x" * 2187, ONE), ["The text is 2201 characters long; Instagram allows 2200."]),
        (Content("#töpfern " * 30, ONE), []),
        (Content("#töpfern " * 31, ONE), ["The text has 31 hashtags; Instagram allows 30."]),
        (Content("@a.b " * 20 + "me@ex.am", ONE), []),
        (Content("@a.b " * 21, ONE), ["The text mentions 21 accounts; Instagram allows 20."]),
        (Content("x"), ["A post on Instagram needs an image or a video."]),
        (Content("", ONE), []),
        (Content("", ONE * 10), []),
        (Content("", ONE * 11), ["The post has 11 media items; Instagram allows 10."]),
        (Content("", ONE, options=STORY), []),
        (Content("", ONE * 2, options=STORY), ["The post has 2 media items; a story on Instagram needs exactly 1."]),
        (
            Content("", ONE * 2, options=REEL),
            ["The post has 2 media items; a reel on Instagram needs exactly 1 video."],
        ),
        (Content("", ONE, alt_texts={ONE[0]: "x" * 1000}), []),
        (
            Content("", ONE, alt_texts={ONE[0]: "x" * 1001}),
            ["An alternative text is 1001 characters long; Instagram allows 1000."],
        ),
        (Content("x", reply_to="1"), []),
        (Content("", reply_to="1"), ["A comment on Instagram needs text."]),
        (
            Content("x", ONE, reply_to="1"),
            ["A comment on Instagram cannot contain media. Remove the images and videos."],
        ),
    ],
)
def test_content_is_accepted_up_to_each_limit(content: Content, expected: list[str]) -> None:
    assert problems(content) == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"type": "feed", "shareToFeed": True, "coverUrl": "https://ex.am/c.jpg", "thumbOffset": 0}, None),
        ({"type": "post"}, "type is 'post'; it must be one of feed, reel, story."),
        ({"shareToFeed": "yes"}, "shareToFeed is 'yes'; it must be true or false."),
        ({"coverUrl": "c.jpg"}, "coverUrl is 'c.jpg'; it must be the URL of an image."),
        ({"thumbOffset": -1}, "thumbOffset is -1; it must be a whole number of milliseconds, 0 or greater."),
        ({"thumbOffset": True}, "thumbOffset is True; it must be a whole number of milliseconds, 0 or greater."),
        ({"trialReel": "performance"}, None),
        ({"trialReel": []}, "trialReel is []; it must be one of manual, performance."),
        ({"collaborators": ["ada"]}, None),
        ({"collaborators": "ada"}, "collaborators is 'ada'; it must be a list of user names."),
        ({"locationId": "123"}, None),
        ({"locationId": "here"}, "locationId is 'here'; it must be the numeric id of a place, as a string."),
        ({"userTags": [{"username": "ada", "x": 0.5, "y": 1}]}, None),
        (
            {"userTags": [{"username": "a"}, 5]},
            (
                "userTags is [{'username': 'a'}, 5]; it must be a list of objects with username and, optionally, x and "
                "y from 0 to 1."
            ),
        ),
        (
            {"type": "story", "collaborators": ["ada"]},
            "A story on Instagram cannot have collaborators. Remove collaborators.",
        ),
    ],
)
def test_invalid_option_is_named(options: dict[str, Any], expected: str | None) -> None:
    assert problems(Content("x", ONE, options=options)) == ([] if expected is None else [expected])


@pytest.mark.parametrize(("x", "fits"), [(0, True), (1, True), (1.01, False), (-0.01, False), ("0", False)])
def test_user_tag_must_lie_within_the_image(x: Any, fits: bool) -> None:
    found = problems(Content("x", ONE, options={"userTags": [{"username": "ada", "x": x, "y": 0.5}]}))
    assert (found == []) is fits


def test_user_tags_require_a_single_media_item() -> None:
    tags = {"userTags": [{"username": "ada"}]}
    assert problems(Content("x", ONE * 2, options=tags)) == ["userTags requires a post with exactly 1 image or video."]


@pytest.mark.parametrize(
    ("item", "options", "expected"),
    [
        (MediaInfo("u", "image/jpeg", 8 * 1024 * 1024, 1080, 1350), {}, None),
        (MediaInfo("u", "image/jpeg", 1, 1910, 1000), {}, None),
        (MediaInfo("u", "image/jpeg", 1, 1080, 566), {}, None),
        (
            MediaInfo("u", "image/jpeg", 1, 1080, 1400),
            {},
            "Image 1 measures 1080 x 1400 pixels; Instagram allows aspect ratios from 4:5 to 1.91:1.",
        ),
        (
            MediaInfo("u", "image/jpeg", 1, 1950, 1000),
            {},
            "Image 1 measures 1950 x 1000 pixels; Instagram allows aspect ratios from 4:5 to 1.91:1.",
        ),
        (MediaInfo("u", "image/jpeg", 1, 1080, 1920), STORY, None),
        (
            MediaInfo("u", "image/jpeg", 8 * 1024 * 1024 + 1),
            {},
            "Image 1 has 8,388,609 bytes; Instagram allows 8,388,608.",
        ),
        (
            MediaInfo("u", "image/gif"),
            {},
            "Media item 1 has the type image/gif; Instagram accepts JPEG and PNG images.",
        ),
        (MediaInfo("u", "image/jpeg"), REEL, "A reel on Instagram must be a video."),
        (MediaInfo("u", "video/mp4", 1024**3, 1920, 1080, 3.0), REEL, None),
        (MediaInfo("u", "video/quicktime", 1, 1080, 1920, 900.0), {}, None),
        (
            MediaInfo("u", "video/webm"),
            {},
            "Media item 1 has the type video/webm; Instagram accepts MP4 and MOV videos.",
        ),
        (
            MediaInfo("u", "video/mp4", 1024**3 + 1),
            {},
            "Video 1 has 1,073,741,825 bytes; Instagram allows 1,073,741,824.",
        ),
        (MediaInfo("u", "video/mp4", 1, 1921), {}, "Video 1 is 1921 pixels wide; Instagram allows 1920 pixels."),
        (
            MediaInfo("u", "video/mp4", 1, None, None, 2.9),
            {},
            "Video 1 lasts 2.9 seconds; Instagram allows 3 to 900.",
        ),
        (MediaInfo("u", "video/mp4", 1, 1080, 1920, 60.0), STORY, None),
        (
            MediaInfo("u", "video/mp4", 1, 1080, 1920, 60.5),
            STORY,
            "Video 1 lasts 60.5 seconds; Instagram allows 3 to 60 in a story.",
        ),
        (
            MediaInfo("u", "video/mp4", 1, None, None, 900.1),
            {},
            "Video 1 lasts 900.1 seconds; Instagram allows 3 to 900.",
        ),
    ],
)
def test_media_item_is_accepted_up_to_each_limit(
    item: MediaInfo, options: dict[str, Any], expected: str | None
) -> None:
    found = problems(Content("x", (item.url,), options=options), [item])
    assert found == ([] if expected is None else [expected])


@pytest.mark.parametrize(
    ("content", "media", "expected"),
    [
        (Content("#a " * 5, ONE), [], []),
        (Content("#a " * 6, ONE), [], ["The text has 6 hashtags; Instagram may refuse more than 5."]),
        (Content("#a " * 31, ONE), [], []),  # an error
        (Content("x", ONE), [MediaInfo(ONE[0], "image/jpeg")], []),
        (
            Content("x", ONE),
            [MediaInfo(ONE[0], "image/png")],
            ["Image 1 is a PNG image; Instagram documents only JPEG images."],
        ),
        (Content("x", ONE), [MediaInfo(ONE[0], "video/mp4", 300_000_000)], []),
        (
            Content("x", ONE),
            [MediaInfo(ONE[0], "video/mp4", 300_000_001)],
            ["Video 1 has 300,000,001 bytes; Instagram may refuse more than 300,000,000."],
        ),
        (Content("x", ONE), [MediaInfo(ONE[0], "video/mp4")], []),
    ],
)
def test_content_that_instagram_may_refuse_has_a_caution(
    content: Content, media: list[MediaInfo], expected: list[str]
) -> None:
    assert [finding.sentence for finding in rulebook.cautions(content, media)] == expected


@pytest.mark.parametrize(
    ("status", "kind", "reason"),
    [
        (
            "Error: Media upload has failed with error code 2207026",
            Rejected,
            "Instagram refused a video because its format is not supported. Use another video.",
        ),
        (
            "Error code 2207023: unknown media type",
            Rejected,
            "Instagram refused the media: Error code 2207023: unknown media type.",
        ),
        ("Error: 2207003", MediaNotFetched, "Instagram could not fetch the media from their URL."),
        ("Error: 2207053", MediaNotFetched, "Instagram could not fetch or process the media."),
        ("Error: 2207999", MediaNotFetched, "Instagram could not fetch or process the media."),
        ("", MediaNotFetched, "Instagram could not fetch or process the media."),
    ],
)
def test_failed_container_has_a_reason(status: str, kind: type, reason: str) -> None:
    failure = media_failure(status)
    assert (type(failure), failure.reason) == (kind, reason)
