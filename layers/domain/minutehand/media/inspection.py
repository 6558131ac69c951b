"""Inspects an uploaded file to find its actual type, dimensions and duration."""

from collections.abc import Callable
from dataclasses import dataclass, field

from minutehand.platforms import media_format, mp4
from minutehand.platforms.dimensions import Dimensions

BEGINNING_BYTES = 256 * 1024
"""The maximum number of bytes read from an image. Previews and colour profiles can precede the dimensions of a photo.
"""
MAX_INDEX_BYTES = 8 * 1024 * 1024
"""The maximum number of bytes read from a video's index."""

type Read = Callable[[int, int], bytes]
"""A function ``read(offset, length)`` that returns at most ``length`` bytes from ``offset``."""


@dataclass(frozen=True, slots=True)
class Findings:
    """The result of an inspection. ``problem`` completes a sentence that begins with "The file"."""

    content_type: str | None
    dimensions: Dimensions = field(default_factory=Dimensions)
    problem: str | None = None


def inspect(size_bytes: int, read: Read) -> Findings:
    """Return the findings about a file of ``size_bytes`` bytes, whose content ``read`` returns."""
    beginning = read(0, min(BEGINNING_BYTES, size_bytes))
    content_type = media_format.content_type(beginning)
    if content_type in media_format.MPEG4:
        return _inspect_movie(content_type, size_bytes, read)
    return Findings(content_type, media_format.dimensions(beginning))


def _inspect_movie(content_type: str, size_bytes: int, read: Read) -> Findings:
    """Inspect a video. The index of the video may be anywhere in the file, and shows whether the file contains more
    than audio.
    """
    index = mp4.find_moov(size_bytes, read)
    if index is None:
        return Findings(content_type, problem="has no index (moov): it is damaged or incomplete")
    start, length = index
    movie = mp4.movie(read(start, min(length, MAX_INDEX_BYTES)))
    if movie.has_video is False:
        return Findings(media_format.audio_type(content_type), movie.dimensions)
    return Findings(content_type, movie.dimensions)
