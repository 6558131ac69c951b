"""Inspection of an uploaded file for its actual type, dimensions and duration."""

from collections.abc import Callable
from dataclasses import dataclass, field

from minutehand.platforms import media_format, mp4
from minutehand.platforms.media_format import Dimensions

BEGINNING_BYTES = 256 * 1024
"""The maximum number of bytes read from an image. Previews and colour profiles can precede a photo's dimensions."""
MAX_INDEX_BYTES = 8 * 1024 * 1024
"""The maximum number of bytes read from a video's index. An hour of video has an index of about this size."""
MPEG4 = frozenset(["video/mp4", "video/quicktime"])

type Read = Callable[[int, int], bytes]
"""A function ``read(offset, length)`` that returns at most ``length`` bytes from ``offset``."""


@dataclass(frozen=True, slots=True)
class Findings:
    """The result of an inspection. ``problem`` completes a sentence that begins with "The file"."""

    content_type: str | None
    dimensions: Dimensions = field(default_factory=Dimensions)
    problem: str | None = None


def inspect(size_bytes: int, read: Read) -> Findings:
    """Inspect a file of ``size_bytes``, whose content ``read`` returns."""
    beginning = read(0, min(BEGINNING_BYTES, size_bytes))
    content_type = media_format.content_type(beginning)
    if content_type in MPEG4:
        return _inspect_movie(content_type, size_bytes, read)
    if content_type == "video/webm" and b"webm" not in beginning[:64]:
        return Findings("video/x-matroska")
    return Findings(content_type, media_format.dimensions(beginning))


def _inspect_movie(content_type: str | None, size_bytes: int, read: Read) -> Findings:
    index = mp4.find_moov(size_bytes, read)
    if index is None:
        return Findings(content_type, problem="has no index (moov): it is damaged or incomplete")
    start, length = index
    movie = mp4.movie(read(start, min(length, MAX_INDEX_BYTES)))
    dimensions = Dimensions(movie.width, movie.height, movie.duration_seconds)
    if movie.width is None and length <= MAX_INDEX_BYTES:
        return Findings(content_type, dimensions, "has no video track")
    return Findings(content_type, dimensions)
