"""Dimensions and duration of an MP4 or MOV video, from its ``moov`` box (ISO 14496-12)."""

import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from minutehand.platforms.dimensions import UNKNOWN, Dimensions, shown

MAX_BOXES = 64
"""The maximum number of top-level boxes that `find_moov` reads."""
QUICKTIME_STARTS = frozenset([b"moov", b"mdat", b"wide"])
"""The possible first boxes of an old MOV file, which has no ``ftyp`` box."""
STARTS = QUICKTIME_STARTS | {b"ftyp"}
VIDEO_HANDLER = b"vide"
COMPRESSED = b"cmov"
"""The box of old MOV files that contains the tracks in a compressed form."""


@dataclass(frozen=True, slots=True)
class Movie:
    """The facts that the boxes state. A fact is None if it is missing or lies beyond the given bytes."""

    dimensions: Dimensions = UNKNOWN
    has_video: bool | None = None


@dataclass(frozen=True, slots=True)
class Box:
    """A box: its kind, its content, and whether the content is complete."""

    kind: bytes
    body: bytes
    complete: bool = True


def movie(beginning: bytes) -> Movie:
    """Return the facts from the ``moov`` box, or no facts if the box does not begin within ``beginning``.

    In files made for the web, the box is at the beginning of the file.
    """
    if beginning[4:8] not in STARTS:
        return Movie()
    moov = next((box for box in _boxes(beginning) if box.kind == b"moov"), None)
    if moov is None:
        return Movie()
    boxes = list(_boxes(moov.body))
    tracks = [_track(box.body) for box in boxes if box.kind == b"trak"]
    videos = [size for size, is_video in tracks if is_video]
    size = next((size for size in videos if size.width is not None), UNKNOWN)
    hidden = not moov.complete or any(box.kind == COMPRESSED for box in boxes)
    has_video = True if videos else (None if hidden else False)
    duration = _duration(_body(boxes, b"mvhd"), _body(boxes, b"mvex"))
    return Movie(Dimensions(size.width, size.height, duration), has_video)


def find_moov(size: int, read: Callable[[int, int], bytes]) -> tuple[int, int] | None:
    """Return the offset and the length of the ``moov`` box in a file of ``size`` bytes, or None if it is not found.

    Many cameras write the box at the end of the file, after the frames. ``read(offset, length)`` returns up to
    ``length`` bytes and is called once for each top-level box up to ``moov``.
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


def _boxes(data: bytes) -> Iterator[Box]:
    """Yield each box in ``data``. The content of the last box may be truncated."""
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
        yield Box(kind, data[at + header : at + length], at + length <= len(data))
        at += length


def _body(boxes: Iterable[Box], kind: bytes) -> bytes | None:
    return next((box.body for box in boxes if box.kind == kind), None)


def _duration(header: bytes | None, extends: bytes | None) -> float | None:
    """Return the duration in seconds, or None if the boxes do not state it.

    In a fragmented file (one with a box ``mvex``), the header states the duration of the first fragment, which is
    usually 0. The box ``mehd`` states the duration of the whole file. Recorders omit this box, because they do not know
    the duration in advance. In any other file, a duration of 0 means that the duration is unknown.
    """
    if header is None:
        return None
    wide = header[:1] == b"\x01"
    try:
        scale, duration = struct.unpack_from(">IQ" if wide else ">II", header, 20 if wide else 12)
        if extends is not None:
            whole = _body(_boxes(extends), b"mehd") or b""
            wide = whole[:1] == b"\x01"
            (duration,) = struct.unpack_from(">Q" if wide else ">I", whole, 4)
    except struct.error:
        return None
    unknown = 2**64 - 1 if wide else 2**32 - 1
    return duration / scale if scale and duration and duration != unknown else None


def _track(track: bytes) -> tuple[Dimensions, bool]:
    """Return the displayed size of a track, and whether it is a video track.

    The handler states the kind of a track. The size does not indicate the kind, because subtitles have a size too, and
    some recorders write no size for a video track. A track without a handler counts as a video track if it has a size.
    """
    header = _body(_boxes(track), b"tkhd")
    size = _size(header) if header is not None else UNKNOWN
    handler = _body(_boxes(_body(_boxes(track), b"mdia") or b""), b"hdlr")
    return size, size.width is not None if handler is None else handler[8:12] == VIDEO_HANDLER


def _size(header: bytes) -> Dimensions:
    """Return the displayed size in a track's header. The size is unknown if the track has no video or is truncated."""
    matrix_at = 52 if header[:1] == b"\x01" else 40
    try:
        matrix = struct.unpack_from(">9i", header, matrix_at)
        width, height = (fixed >> 16 for fixed in struct.unpack_from(">II", header, matrix_at + 36))
    except struct.error:
        return UNKNOWN
    return shown(width, height, turned=matrix[0] == 0 and matrix[4] == 0)
