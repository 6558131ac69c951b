"""The rules of each platform judge a file by its bytes, whatever type its server states."""

import httpx
import pytest

from minutehand.platforms.catalog import DISPLAY_NAMES
from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.port import Content, MediaInfo
from minutehand.platforms.rulebook import rulebook_for
from tests.support import media_samples as samples
from tests.support.platforms_page import has_minimum_duration, media_types

URL = "https://ex.am/a.jpg"
WITH_IMAGES = [platform for platform in DISPLAY_NAMES if media_types(platform, "Images")]


def probe(content: bytes, content_type: str = "image/jpeg", size: int | None = None) -> MediaInfo:
    """Return what is known about a file that is served as ``content_type``, padded to ``size`` bytes."""
    padded = content + bytes(max((size or 0) - len(content), 0))

    def respond(request: httpx.Request) -> httpx.Response:
        headers = {"Content-Type": content_type, "Content-Length": str(len(padded))}
        return httpx.Response(200, headers=headers, stream=httpx.ByteStream(padded))

    return MediaFetcher(httpx.Client(transport=httpx.MockTransport(respond))).probe(URL)


def media_problems(platform: str, item: MediaInfo) -> list[str]:
    findings = rulebook_for(platform).findings(Content("x", (URL,)), [item])
    return [finding.sentence for finding in findings if finding.about == "media"]


@pytest.mark.parametrize("platform", DISPLAY_NAMES)
def test_fragmented_video_of_unknown_duration_breaks_no_rule(platform: str) -> None:
    video = probe(samples.MP4 + samples.fragmented(None) + samples.FRAMES, size=100_000)

    assert (video.duration_seconds, video.width, video.height) == (None, 720, 1280)
    assert media_problems(platform, video) == []


@pytest.mark.parametrize("platform", DISPLAY_NAMES)
def test_short_fragmented_video_is_refused_exactly_if_a_minimum_is_documented(platform: str) -> None:
    problems = media_problems(platform, probe(samples.MP4 + samples.fragmented(100), size=100_000))

    assert ["lasts 0.1 seconds" in problem for problem in problems] == [True] * has_minimum_duration(platform)


@pytest.mark.parametrize("platform", DISPLAY_NAMES)
def test_image_is_refused_only_if_no_images_are_documented(platform: str) -> None:
    assert (media_problems(platform, probe(samples.jpeg(1080, 1080))) == []) is (platform in WITH_IMAGES)


@pytest.mark.parametrize("platform", WITH_IMAGES)
@pytest.mark.parametrize("content_type", ["image/jpg", "image/pjpeg", "image/*", "binary/octet-stream", "text/html"])
def test_jpeg_is_accepted_whatever_it_is_called(platform: str, content_type: str) -> None:
    assert media_problems(platform, probe(samples.jpeg(1080, 1080), content_type)) == []


@pytest.mark.parametrize(
    ("name", "kind", "heading", "documented"),
    [
        ("HEIC", "image/heic", "Images", "HEIC"),
        ("lossy WebP", "image/webp", "Images", "WebP"),
        ("animated AVIF", "image/avif", "Images", "AVIF"),
        ("SVG", "image/svg+xml", "Images", "SVG"),
        ("MKV", "video/x-matroska", "Video", "MKV"),
    ],
)
@pytest.mark.parametrize("platform", WITH_IMAGES)
def test_file_called_a_jpeg_is_refused_unless_its_real_type_is_documented(
    platform: str, name: str, kind: str, heading: str, documented: str
) -> None:
    problems = media_problems(platform, probe(samples.FORMATS[name][0]))

    if media_types(platform, heading) & {documented, "any"}:
        assert problems == []
    else:
        assert f"has the type {kind};" in problems[0]


@pytest.mark.parametrize(
    ("width", "height", "orientation", "fits"),
    [(1600, 900, 1, True), (1600, 900, 6, False), (1080, 1920, 1, False), (1080, 1920, 6, True), (1080, 1920, 8, True)],
)
def test_instagram_judges_the_ratio_in_which_an_image_is_shown(
    width: int, height: int, orientation: int, fits: bool
) -> None:
    problems = media_problems("instagram", probe(samples.jpeg(width, height, exif=samples.tiff(orientation))))

    assert (problems == []) is fits
    if not fits:
        assert problems[0].startswith("Image 1 measures 900 x 1600" if orientation == 6 else "Image 1 measures 1080 x")
