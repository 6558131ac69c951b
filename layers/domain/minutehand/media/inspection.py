"""What a file really is, by its content: whoever announced it may be wrong."""

from collections.abc import Callable
from dataclasses import dataclass, field

from minutehand.platforms import media_format, mp4
from minutehand.platforms.media_format import Dimensions

BEGINNING_BYTES = 256 * 1024
"""Cameras put previews and colour profiles before the dimensions of a photo."""
MAX_INDEX_BYTES = 8 * 1024 * 1024
"""How much of the index of a video is read: that of an hour has about as much, and dimensions stand early in it."""
MPEG4 = frozenset(["video/mp4", "video/quicktime"])

type Read = Callable[[int, int], bytes]
"""Returns up to that many bytes from that offset on."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a file is. ``problem``: a sentence's end that says what is wrong with it; None when nothing is."""

    content_type: str | None
    dimensions: Dimensions = field(default_factory=Dimensions)
    problem: str | None = None


def inspect(size_bytes: int, read: Read) -> Found:
    """Look into a file of ``size_bytes``."""
    beginning = read(0, min(BEGINNING_BYTES, size_bytes))
    content_type = media_format.content_type(beginning)
    if content_type in MPEG4:
        return _inspect_movie(content_type, size_bytes, read)
    if content_type == "video/webm" and b"webm" not in beginning[:64]:
        return Found("video/x-matroska")
    return Found(content_type, media_format.dimensions(beginning))


def _inspect_movie(content_type: str | None, size_bytes: int, read: Read) -> Found:
    index = mp4.find_moov(size_bytes, read)
    if index is None:
        return Found(content_type, problem="has no index (moov), so it is damaged or not complete")
    start, length = index
    movie = mp4.movie(read(start, min(length, MAX_INDEX_BYTES)))
    dimensions = Dimensions(movie.width, movie.height, movie.duration_seconds)
    if movie.width is None and length <= MAX_INDEX_BYTES:
        return Found(content_type, dimensions, "has no pictures, only sound or nothing")
    return Found(content_type, dimensions)
