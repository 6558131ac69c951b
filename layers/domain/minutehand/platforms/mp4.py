"""Dimensions and duration of an MP4 or MOV video, from its ``moov`` box (ISO 14496-12)."""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

MAX_BOXES = 64
"""The maximum number of top-level boxes that `find_moov` reads. Files have three or four before the ``moov`` box."""


@dataclass(frozen=True, slots=True)
class Movie:
    """The facts that the boxes state. A fact is None if it is missing or lies beyond the given bytes."""

    width: int | None = None
    height: int | None = None
    duration_seconds: float | None = None


def movie(beginning: bytes) -> Movie:
    """Return the facts from the ``moov`` box if it is at the beginning of the file, as in files made for the web."""
    found = next((body for kind, body in _boxes(beginning) if kind == b"moov"), None)
    if found is None or beginning[4:8] not in (b"ftyp", b"moov"):
        return Movie()
    size: tuple[int, int] | None = None
    duration = None
    for kind, body in _boxes(found):
        if kind == b"mvhd":
            duration = _duration(body)
        elif kind == b"trak" and size is None:
            size = next((_size(inner) for name, inner in _boxes(body) if name == b"tkhd"), None)
    width, height = size or (None, None)
    return Movie(width, height, duration)


def find_moov(size: int, read: Callable[[int, int], bytes]) -> tuple[int, int] | None:
    """Return the offset and the length of the ``moov`` box in a file of ``size`` bytes, or None if there is none.

    Cameras write the box at the end of the file, after the frames. ``read(offset, length)`` returns up to ``length``
    bytes and is called once for each top-level box up to ``moov``.
    """
    at = 0
    for _ in range(MAX_BOXES):
        if at + 8 > size:
            return None
        header = read(at, min(16, size - at))
        if len(header) < 8:
            return None
        length, kind = struct.unpack_from(">I4s", header)
        if length == 1 and len(header) == 16:
            (length,) = struct.unpack_from(">Q", header, 8)
        elif length == 0:  # up to the end of the file
            length = size - at
        if length < 8 or at + length > size:
            return None
        if kind == b"moov":
            return at, length
        at += length
    return None


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the kind and the content of each box. The content of the last box may be truncated."""
    at = 0
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        header = 8
        if length == 1 and at + 16 <= len(data):
            (length,) = struct.unpack_from(">Q", data, at + 8)
            header = 16
        elif length == 0:  # up to the end of the file
            length = len(data) - at
        if length < header:
            return
        yield kind, data[at + header : at + length]
        at += length


def _duration(header: bytes) -> float | None:
    wide = header[:1] == b"\x01"
    try:
        scale, duration = struct.unpack_from(">IQ" if wide else ">II", header, 20 if wide else 12)
    except struct.error:
        return None
    unknown = 2**64 - 1 if wide else 2**32 - 1
    return duration / scale if scale and duration != unknown else None


def _size(header: bytes) -> tuple[int, int] | None:
    """Return the displayed width and height. Both are None if the track has no video or is truncated."""
    matrix_at = 52 if header[:1] == b"\x01" else 40
    try:
        matrix = struct.unpack_from(">9i", header, matrix_at)
        width, height = (fixed >> 16 for fixed in struct.unpack_from(">II", header, matrix_at + 36))
    except struct.error:
        return None
    if not width or not height:
        return None
    is_rotated = matrix[0] == 0 and matrix[4] == 0
    return (height, width) if is_rotated else (width, height)
