"""Media items without a server: the test, or the extension in the URL, says what is known about each."""

from collections.abc import Callable
from pathlib import PurePosixPath

import httpx

from minutehand.platforms.media import Image, MediaFetcher
from minutehand.platforms.media_probe import Prober
from minutehand.platforms.port import MediaInfo

TYPES = {".jpg": "image/jpeg", ".png": "image/png", ".gif": "image/gif", ".mp4": "video/mp4", ".mov": "video/quicktime"}


class FakeMedia(MediaFetcher):
    """Returns media items without a network. ``known`` overrides what the extension in the URL says."""

    def __init__(self, *known: MediaInfo, content: Callable[[str], bytes] = lambda url: url.encode()) -> None:
        super().__init__(httpx.Client(transport=httpx.MockTransport(_unreachable)))
        self._known = {item.url: item for item in known}
        self._content = content
        self.probed: list[str] = []
        self.read_bytes: list[int] = []

    def probe(self, url: str) -> MediaInfo:
        self.probed.append(url)
        content_type = TYPES.get(PurePosixPath(url).suffix, "image/jpeg")
        return self._known.get(url) or MediaInfo(url, content_type, size_bytes=len(self._content(url)))

    def fetch(self, url: str, *, max_bytes: int) -> Image:
        return Image(self.probe(url).content_type, self._content(url))

    def read(self, url: str, *, start: int, length: int) -> bytes:
        self.read_bytes.append(length)
        return self._content(url)[start : start + length]


def known_media(*known: MediaInfo) -> Prober:
    """Return a prober that makes no calls."""
    return Prober(FakeMedia(*known).probe)


def _unreachable(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("no server", request=request)
