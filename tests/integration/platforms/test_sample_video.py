"""The sample videos of the simulator, read as the adapters read them."""

from collections.abc import Iterator

import httpx
import pytest

from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.network import guarded_client
from minutehand.platforms.port import MediaInfo, Rejected
from tests.support.simulator import Simulator

SIZE = 3_000_000


@pytest.fixture
def media() -> Iterator[MediaFetcher]:
    with guarded_client(private_networks=True) as client:
        yield MediaFetcher(client)


@pytest.mark.parametrize(("name", "width", "height"), [("video", 1280, 720), ("portrait", 720, 1280)])
def test_video_has_the_requested_size_and_dimensions(
    media: MediaFetcher, simulator: Simulator, name: str, width: int, height: int
) -> None:
    url = f"{simulator.url}/media/{name}.mp4?bytes={1 << 35}&seconds=90"
    assert media.probe(url) == MediaInfo(url, "video/mp4", 1 << 35, width, height, 90)


def test_portrait_image_has_its_dimensions(media: MediaFetcher, simulator: Simulator) -> None:
    found = media.probe(f"{simulator.url}/media/portrait.png")
    assert (found.content_type, found.width, found.height) == ("image/png", 270, 480)


def test_chunks_are_the_same_with_and_without_range_requests(media: MediaFetcher, simulator: Simulator) -> None:
    url = f"{simulator.url}/media/video.mp4?bytes={SIZE}"
    whole = httpx.get(url, trust_env=False).content
    assert len(whole) == SIZE
    for start, length in ((0, 10), (1_048_570, 1_100_000), (SIZE - 1, 1)):
        chunk = media.read(url, start=start, length=length)
        assert chunk == whole[start : start + length]
        assert chunk == media.read(f"{url}&ranges=no", start=start, length=length)
    with pytest.raises(Rejected):
        media.read(url, start=SIZE - 5, length=6)
