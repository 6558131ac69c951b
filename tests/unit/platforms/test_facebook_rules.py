from typing import Any

import pytest

from minutehand.platforms.facebook.progress import Progress, Stage
from minutehand.platforms.facebook.rules import rulebook
from minutehand.platforms.port import Content, MediaInfo

problems = rulebook.problems

FAMILY = "👩‍👩‍👧‍👦"  # seven code points
ONE = ("https://ex.am/a.jpg",)
STORY, REEL = {"type": "story"}, {"type": "reel"}
TOO_LONG = ["The text is 63207 characters long; Facebook allows 63206."]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (Content("x" * 63_206), []),
        (Content("x" * 63_207), TOO_LONG),
        (Content("窯" * 63_206), []),
        (Content("e\u0301" * 31_603), []),
        (Content("e\u0301" * 31_603 + "x"), TOO_LONG),
        (Content(FAMILY * 9_029 + "xxx"), []),
        (Content(FAMILY * 9_029 + "xxxx"), TOO_LONG),
        (Content("https://ex.am/" + "x" * 63_192), []),
        (Content("https://ex.am/" + "x" * 63_193), TOO_LONG),
        (Content(" "), ["A post on Facebook needs text, a link, an image or a video."]),
        (Content("", options={"link": "https://ex.am"}), []),
        (Content("", ONE * 10), []),
        (Content("", ONE * 11), ["The post has 11 media items; Facebook allows 10."]),
        (Content("", ONE, options=STORY), []),
        (Content("x", options=STORY), ["A story on Facebook needs an image or a video."]),
        (Content("x", options=REEL), ["A reel on Facebook needs a video."]),
        (Content("x", ONE * 2, options=STORY), ["The post has 2 media items; a story on Facebook needs exactly 1."]),
        (
            Content("x", ONE * 2, options=REEL),
            ["The post has 2 media items; a reel on Facebook needs exactly 1 video."],
        ),
        (
            Content("x", ONE, options={"link": "https://ex.am"}),
            ["link cannot be combined with media. Remove link or the media."],
        ),
        (Content("x" * 8000, reply_to="1"), []),
        (Content("x" * 8001, reply_to="1"), ["The comment is 8001 characters long; Facebook allows 8000."]),
        (Content("", reply_to="1"), ["A comment on Facebook needs text or an image."]),
        (Content("", ONE, reply_to="1"), []),
        (Content("", ONE * 2, reply_to="1"), ["The comment has 2 media items; Facebook allows 1."]),
    ],
)
def test_content_is_accepted_up_to_each_limit(content: Content, expected: list[str]) -> None:
    assert problems(content) == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"type": "feed", "link": "https://ex.am", "title": "x" * 255}, []),
        ({"type": "photo"}, ["type is 'photo'; it must be one of feed, reel, story."]),
        ({"type": []}, ["type is []; it must be one of feed, reel, story."]),
        ({"link": "ex.am"}, ["link is 'ex.am'; it must be a URL that begins with http:// or https://."]),
        ({"title": 5}, ["title is 5; it must be a string of at most 255 characters."]),
        ({"title": "x" * 256}, [f"title is '{'x' * 58}…; it must be a string of at most 255 characters."]),
    ],
)
def test_invalid_option_is_named(options: dict[str, Any], expected: list[str]) -> None:
    assert problems(Content("x", options=options)) == expected


@pytest.mark.parametrize(
    ("item", "options", "expected"),
    [
        (MediaInfo("u", "image/jpeg", 10 * 1024 * 1024), {}, None),
        (
            MediaInfo("u", "image/png", 10 * 1024 * 1024 + 1),
            {},
            "Image 1 has 10,485,761 bytes; Facebook allows 10,485,760.",
        ),
        (
            MediaInfo("u", "image/webp"),
            {},
            "Media item 1 has the type image/webp; Facebook accepts JPEG, PNG, GIF, BMP and TIFF images.",
        ),
        (MediaInfo("u", "image/jpeg"), REEL, "A reel on Facebook must be a video."),
        (MediaInfo("u", "video/quicktime", 10 * 1024**3, 100, 100, 14_400.0), {}, None),
        (
            MediaInfo("u", "video/mp4", 10 * 1024**3 + 1),
            {},
            "Video 1 has 10,737,418,241 bytes; Facebook allows 10,737,418,240.",
        ),
        (
            MediaInfo("u", "video/mp4", 1, 1, 1, 14_401.0),
            {},
            "Video 1 lasts 14401.0 seconds; Facebook allows 0 to 14400 for a feed video.",
        ),
        (MediaInfo("u", "video/mp4", 1, 540, 960, 90.0), REEL, None),
        (
            MediaInfo("u", "video/mp4", 1, 540, 960, 90.5),
            REEL,
            "Video 1 lasts 90.5 seconds; Facebook allows 3 to 90 for a reel video.",
        ),
        (
            MediaInfo("u", "video/mp4", 1, 539, 960),
            REEL,
            "Video 1 measures 539 x 960 pixels; Facebook requires at least 540 x 960.",
        ),
        (
            MediaInfo("u", "video/quicktime"),
            REEL,
            "Media item 1 has the type video/quicktime; Facebook accepts MP4 for a reel video.",
        ),
        (MediaInfo("u", "video/mp4", 1, 540, 960, 60.0), STORY, None),
        (
            MediaInfo("u", "video/mp4", 1, 540, 960, 60.5),
            STORY,
            "Video 1 lasts 60.5 seconds; Facebook allows 3 to 60 for a story video.",
        ),
    ],
)
def test_media_item_is_accepted_up_to_each_limit(
    item: MediaInfo, options: dict[str, Any], expected: str | None
) -> None:
    found = problems(Content("x", (item.url,), options=options), [item])
    assert found == ([] if expected is None else [expected])


def test_video_cannot_be_combined_with_images() -> None:
    media = [MediaInfo("a", "image/jpeg"), MediaInfo("b", "video/mp4")]
    assert problems(Content("x", ("a", "b")), media) == [
        "A post on Facebook can contain one video or several images, not both."
    ]


@pytest.mark.parametrize(("size", "cautious"), [(4_000_000, False), (4_000_001, True), (10 * 1024**2 + 1, False)])
def test_image_between_the_two_documented_limits_has_a_caution(size: int, cautious: bool) -> None:
    found = rulebook.cautions(Content("x", ("b",)), [MediaInfo("b", "image/png", size)])
    sentence = f"Image 1 has {size:,} bytes; Facebook may refuse more than 4,000,000."
    assert found == ([("media", sentence)] if cautious else [])


def test_comment_cannot_contain_a_video() -> None:
    found = problems(Content("x", ("b",), reply_to="1"), [MediaInfo("b", "video/mp4")])
    assert found == ["A comment on Facebook cannot contain a video. Remove the video."]


def status(video: str, upload: str = "", processing: str = "", publishing: str = "", **more: Any) -> dict[str, Any]:
    phases = {"uploading_phase": upload, "processing_phase": processing, "publishing_phase": publishing}
    named = {name: {"status": value} for name, value in phases.items() if value}
    return {"status": {"video_status": video, **named}, **more}


def phase_error(name: str, **more: Any) -> dict[str, Any]:
    """Return an error in the form that Meta documents: an object in the phase, whose status is not an error."""
    phases = status("processing", "complete", "not_started", "not_started")["status"]
    return {"status": phases | {name: {**more, "error": {"message": "Resolution too low."}}}}


def publishing(**phase: Any) -> dict[str, Any]:
    return {"status": status("ready", "complete", "complete")["status"] | {"publishing_phase": phase}}


@pytest.mark.parametrize(
    ("answer", "stage"),
    [
        ({}, Stage.UPLOADING),
        (status("processing", "not_started", "not_started", "not_started"), Stage.UPLOADING),
        (status("upload_failed", "error"), Stage.LOST),
        (status("upload_failed", "in_progress"), Stage.LOST),
        (status("expired", "in_progress", "not_started", "not_started"), Stage.LOST),
        (phase_error("processing_phase", status="not_started"), Stage.FAILED),
        (phase_error("uploading_phase", status="in_progress"), Stage.FAILED),
        (phase_error("publishing_phase"), Stage.FAILED),
        (publishing(publish_status="draft"), Stage.UPLOADED),
        (publishing(status="complete", publish_status="draft"), Stage.UPLOADED),
        (publishing(publish_status="scheduled"), Stage.UPLOADED),
        (publishing(publish_status="published"), Stage.PUBLISHED),
        (publishing(status="complete", publish_status="published"), Stage.PUBLISHED),
        (status("uploading", "in_progress", "not_started", "not_started"), Stage.UPLOADING),
        (status("upload_complete", "complete", "not_started", "not_started"), Stage.UPLOADED),
        (status("processing", "complete", "in_progress", "not_started"), Stage.PROCESSING),
        (status("processing", "complete", "complete", "in_progress"), Stage.PROCESSING),
        (status("ready", "complete", "complete", "not_started"), Stage.UPLOADED),
        (status("ready", "complete", "complete", "complete"), Stage.PUBLISHED),
        (status("error"), Stage.FAILED),
        (status("processing", "complete", "error", "not_started"), Stage.FAILED),
    ],
)
def test_progress_has_the_stage_of_the_video(answer: dict[str, Any], stage: Stage) -> None:
    assert {Progress.parse(answer, {}, finished=finished).stage for finished in (False, True)} == {stage}


@pytest.mark.parametrize("answer", [status("ready"), status("ready", "complete", "complete")])
def test_ready_video_is_published_only_after_the_finish_call(answer: dict[str, Any]) -> None:
    assert Progress.parse(answer, {}, finished=False).stage is Stage.UPLOADED
    assert Progress.parse(answer, {}, finished=True).stage is Stage.PUBLISHED


def test_progress_has_the_permalink_and_the_reason_for_a_failure() -> None:
    assert (
        Progress.parse(status("ready", permalink_url="/reel/7/"), {}, finished=True).permalink
        == "https://www.facebook.com/reel/7/"
    )
    assert (
        Progress.parse(status("ready", permalink_url="https://fb.ex/7"), {}, finished=True).permalink
        == "https://fb.ex/7"
    )
    phase = {"status": "error", "errors": [{"message": "Bad s3cret file."}]}
    failed = Progress.parse({"status": {"processing_phase": phase}}, {"access_token": "s3cret"}, finished=False)
    assert (failed.stage, failed.failure) == (Stage.FAILED, "Bad … file.")
    assert Progress.parse(phase_error("processing_phase"), {}, finished=False).failure == "Resolution too low."
    assert Progress.parse(status("error"), {}, finished=False).failure == "Facebook gave no reason."
