from typing import Any

import pytest

from minutehand.platforms.port import Content, MediaInfo
from minutehand.platforms.tiktok.options import creator_problems
from minutehand.platforms.tiktok.rules import rulebook, utf16_units
from minutehand.platforms.tiktok.uploads import CHUNK_BYTES, Chunks

problems = rulebook.problems

VIDEO_URL, PHOTO_URL = "https://ex.am/kiln.mp4", "https://ex.am/kiln.jpg"
VIDEO = MediaInfo(VIDEO_URL, "video/mp4", 4 * 1000**3, 4096, 360, 600)
PHOTO = MediaInfo(PHOTO_URL, "image/jpeg", 20_000_000, 1080, 1920)
CREATOR = {"privacy_level_options": ["PUBLIC_TO_EVERYONE", "SELF_ONLY"], "max_video_post_duration_sec": 300}


@pytest.mark.parametrize(
    ("text", "units"),
    [("", 0), ("abc", 3), ("窯", 1), ("🔥", 2), ("e\u0301", 2), ("👩‍👩‍👧‍👦", 11), ("https://ex.am/", 14)],
)
def test_text_length_is_counted_in_utf16_units(text: str, units: int) -> None:
    assert utf16_units(text) == units


@pytest.mark.parametrize(
    ("text", "media", "fits"),
    [
        ("x" * 2200, VIDEO, True),
        ("x" * 2201, VIDEO, False),
        ("窯" * 2200, VIDEO, True),
        ("🔥" * 1100, VIDEO, True),
        ("🔥" * 1101, VIDEO, False),
        ("e\u0301" * 1100, VIDEO, True),
        ("e\u0301" * 1101, VIDEO, False),
        ("https://ex.am/" + "x" * 2187, VIDEO, False),
        ("x" * 4000, PHOTO, True),
        ("x" * 4001, PHOTO, False),
        ("🔥" * 2000, PHOTO, True),
        ("🔥" * 2001, PHOTO, False),
        ("", VIDEO, True),
    ],
)
def test_text_is_accepted_up_to_the_limit_of_its_media_type(text: str, media: MediaInfo, fits: bool) -> None:
    assert (problems(Content(text, (media.url,)), [media]) == []) is fits


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"mode": "later"}, "mode is 'later'"),
        ({"privacy": "friends"}, "privacy is 'friends'"),
        ({"privacy": "SELF_ONLY", "brandedContent": True}, "brandedContent"),
        ({"title": "x" * 91}, "title counts as 91"),
        ({"title": "🔥" * 46}, "title counts as 92"),
        ({"title": 7}, "title is 7"),
        ({"disableDuet": "yes"}, "disableDuet is 'yes'"),
        ({"coverIndex": 1}, "coverIndex is 1"),
        ({"coverIndex": True}, "coverIndex is True"),
        ({"coverTimestampMs": -1}, "coverTimestampMs is -1"),
    ],
)
def test_invalid_option_is_named(options: dict[str, Any], word: str) -> None:
    [problem] = problems(Content("Hi.", (PHOTO_URL,), options=options), [PHOTO])
    assert word in problem


@pytest.mark.parametrize(
    "options",
    [
        {"mode": "inbox"},
        {"privacy": "SELF_ONLY"},
        {"brandedContent": True, "ownBrand": True},
        {"title": "x" * 90, "coverIndex": 0, "autoAddMusic": False},
        {"title": "🔥" * 45},
        {"coverTimestampMs": 0, "disableComment": True, "aiGenerated": True},
    ],
)
def test_valid_options_are_accepted(options: dict[str, Any]) -> None:
    assert problems(Content("Hi.", (PHOTO_URL,), options=options), [PHOTO]) == []


@pytest.mark.parametrize(
    ("item", "word"),
    [
        (MediaInfo(VIDEO_URL, "video/x-msvideo"), "MP4, MOV and WebM"),
        (MediaInfo(VIDEO_URL, "video/mp4", 4 * 1000**3 + 1), "bytes"),
        (MediaInfo(VIDEO_URL, "video/mp4", duration_seconds=601), "lasts 601"),
        (MediaInfo(VIDEO_URL, "video/mp4", width=359, height=640), "359 x 640"),
        (MediaInfo(VIDEO_URL, "video/mp4", width=4097, height=640), "4097 x 640"),
        (MediaInfo(PHOTO_URL, "image/png"), "JPEG and WebP"),
        (MediaInfo(PHOTO_URL, "image/jpeg", 20_000_001), "20,000,001 bytes"),
    ],
)
def test_invalid_media_item_is_named(item: MediaInfo, word: str) -> None:
    [problem] = problems(Content("Hi.", (item.url,)), [item])
    assert word in problem


@pytest.mark.parametrize("kind", ["image/jpeg", "image/webp"])
@pytest.mark.parametrize(
    ("width", "height", "fits"),
    [
        (1080, 1920, True),
        (1920, 1080, True),
        (1080, 1080, True),
        (941, 1672, True),
        (1, 1, True),
        (1081, 1081, False),
        (1254, 1254, False),
        (1086, 1448, False),
        (1448, 1086, False),
        (900, 1921, False),
        (4000, 10, False),
    ],
)
def test_oversized_photo_is_named(kind: str, width: int, height: int, fits: bool) -> None:
    """A single oversized photo makes TikTok refuse the whole post, without naming the photo."""
    photo = MediaInfo("u", kind, 9, width, height)
    expected = f"Image 2 measures {width} x {height} pixels; TikTok allows 1080 x 1920 or 1920 x 1080."
    assert problems(Content("Hi.", (PHOTO_URL, "u")), [PHOTO, photo]) == ([] if fits else [expected])


@pytest.mark.parametrize(("count", "fits"), [(0, False), (1, True), (35, True), (36, False)])
def test_post_needs_1_to_35_images(count: int, fits: bool) -> None:
    assert (problems(Content("Hi.", (PHOTO_URL,) * count), [PHOTO] * count) == []) is fits


def test_video_cannot_be_combined_with_images() -> None:
    assert "one video or several images" in problems(Content("Hi.", (VIDEO_URL, PHOTO_URL)), [VIDEO, PHOTO])[0]


def test_comments_are_refused() -> None:
    assert "does not accept comments" in problems(Content("Hi.", (PHOTO_URL,), reply_to="1"))[0]


@pytest.mark.parametrize(
    ("options", "seconds", "count"),
    [
        ({}, 300, 0),
        ({}, None, 0),
        ({}, 300.5, 1),
        ({"privacy": "SELF_ONLY"}, 1, 0),
        ({"privacy": "MUTUAL_FOLLOW_FRIENDS"}, 1, 1),
    ],
)
def test_limits_of_the_creator_are_enforced(options: dict[str, Any], seconds: float | None, count: int) -> None:
    assert len(creator_problems(Content("Hi.", options=options), CREATOR, seconds)) == count


def test_creator_without_privacy_levels_may_not_post() -> None:
    [problem] = creator_problems(Content("Hi."), {}, None)
    assert problem.endswith("no privacy level.")


@pytest.mark.parametrize(
    ("size", "count"),
    [
        (1, 1),
        (CHUNK_BYTES, 1),
        (2 * CHUNK_BYTES - 1, 1),
        (2 * CHUNK_BYTES, 2),
        (3 * CHUNK_BYTES - 1, 2),
        (3 * CHUNK_BYTES, 3),
        (4 * 1000**3, 635),
    ],
)
def test_video_has_as_many_chunks_as_whole_chunks_fit(size: int, count: int) -> None:
    chunks = Chunks(size)
    assert chunks.count == count
    at, lengths = 0, []
    while at < size:
        start, end = chunks.range_at(at)
        assert start == at
        lengths.append(end - start)
        at = end
    assert len(lengths) == count
    assert set(lengths[:-1]) <= {CHUNK_BYTES}
    assert lengths[-1] < 2 * CHUNK_BYTES
    assert all(length >= 5_000_000 for length in lengths) or count == 1


def test_partially_received_chunk_is_sent_again_whole() -> None:
    assert Chunks(4 * CHUNK_BYTES).range_at(CHUNK_BYTES + 5) == (CHUNK_BYTES, 2 * CHUNK_BYTES)
