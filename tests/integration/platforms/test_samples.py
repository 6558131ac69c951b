"""The sample images and the sample video, which every platform accepts."""

from collections.abc import Iterator

import pytest

from local.simulator import samples
from local.simulator.demo import requirements_of
from minutehand.platforms.catalog import PLATFORMS
from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.network import guarded_client
from minutehand.platforms.port import Content
from minutehand.platforms.rulebook import rulebook_for
from tests.support.simulator import Simulator

IMAGE_PLATFORMS = [platform for platform in PLATFORMS if requirements_of(platform).media != "video"]


@pytest.fixture
def media() -> Iterator[MediaFetcher]:
    with guarded_client(private_networks=True) as client:
        yield MediaFetcher(client)


@pytest.mark.parametrize("name", samples.IMAGES)
def test_every_image_platform_accepts_the_sample_images(media: MediaFetcher, simulator: Simulator, name: str) -> None:
    image = media.probe(f"{simulator.url}/samples/{name}")
    assert (image.content_type, image.width, image.height) == ("image/jpeg", 1080, 1080)
    for platform in IMAGE_PLATFORMS:
        content = Content("Look.", (image.url,), options=requirements_of(platform).options)
        assert rulebook_for(platform).problems(content, [image]) == []


@pytest.mark.parametrize("kind", ["feed", "reel", "story"])
def test_every_platform_accepts_the_sample_video_as_every_kind(
    media: MediaFetcher, simulator: Simulator, kind: str
) -> None:
    video = media.probe(f"{simulator.url}/samples/{samples.PORTRAIT}")
    assert (video.content_type, video.width, video.height, video.duration_seconds) == ("video/mp4", 1080, 1920, 5)
    for platform in PLATFORMS:
        kinds = {"type": kind} if "type" in rulebook_for(platform).options else {}
        options = requirements_of(platform).options | kinds
        content = Content("" if kind == "story" else "Look.", (video.url,), options=options)
        if kind == "feed" or "type" in options:
            assert rulebook_for(platform).problems(content, [video]) == []


def test_samples_support_range_requests(simulator: Simulator) -> None:
    for name in (*samples.IMAGES, samples.PORTRAIT):
        response = simulator.client.get(f"/samples/{name}", headers={"Range": "bytes=0-9"})
        assert (response.status_code, len(response.content)) == (206, 10)
