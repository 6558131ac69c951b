"""Media that need no server: what is known of each is told by the test, or by the end of its address."""

from collections.abc import Callable
from pathlib import PurePosixPath

import httpx

from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.media_probe import Prober
from minutehand.platforms.port import MediaInfo

TYPES = {".jpg": "image/jpeg", ".png": "image/png", ".gif": "image/gif", ".mp4": "video/mp4", ".mov": "video/quicktime"}


class FakeMedia(MediaFetcher):
    """Knows its media without asking anybody. ``told`` holds what differs from what the address says."""

    def __init__(self, *told: MediaInfo, content: Callable[[str], bytes] = lambda url: url.encode()) -> None:
        super().__init__(httpx.Client(transport=httpx.MockTransport(_unreachable)))
        self._told = {medium.url: medium for medium in told}
        self._content = content
        self.probed: list[str] = []
        self.read_bytes: list[int] = []

    def probe(self, url: str) -> MediaInfo:
        self.probed.append(url)
        content_type = TYPES.get(PurePosixPath(url).suffix, "image/jpeg")
        return self._told.get(url) or MediaInfo(url, content_type, size_bytes=len(self._content(url)))

    def read(self, url: str, *, start: int, length: int) -> bytes:
        self.read_bytes.append(length)
        return self._content(url)[start : start + length]


def known_media(*told: MediaInfo) -> Prober:
    """Return a prober that asks nobody."""
    return Prober(FakeMedia(*told).probe)


def _unreachable(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("no server", request=request)
