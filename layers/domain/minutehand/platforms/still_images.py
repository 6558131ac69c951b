"""Read the dimensions of an image from its first bytes, and apply its EXIF orientation.

Sources: PNG (ISO 15948) IHDR and eXIf; GIF89a logical screen; JPEG (ITU T.81) start of frame, and the EXIF segment;
WebP container specification.
"""

import struct
from collections.abc import Iterator

from minutehand.platforms import exif
from minutehand.platforms.dimensions import UNKNOWN, Dimensions, shown

FRAME_STARTS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
STANDALONE_MARKERS = frozenset([0x01, *range(0xD0, 0xDA)])
APP1 = 0xE1
PNG_HEADER_BYTES, RIFF_HEADER_BYTES = 8, 12
WEBP_HAS_EXIF = 0x08


def png(data: bytes) -> Dimensions:
    """Return the dimensions of a PNG image. EXIF data after the pixels are ignored."""
    turned = False
    for kind, body in _chunks(data, PNG_HEADER_BYTES, ">I4s", trailer=4):
        if kind == b"IDAT":
            break
        if kind == b"eXIf":
            turned = exif.orientation(body) in exif.TURNED
    return shown(*struct.unpack_from(">II", data, 16), turned=turned)


def gif(data: bytes) -> Dimensions:
    """Return the dimensions of a GIF image."""
    return shown(*struct.unpack_from("<HH", data, 6))


def jpeg(data: bytes) -> Dimensions:
    """Return the dimensions of a JPEG image. The EXIF data come before the start of the frame."""
    at, orientation = 2, None
    while data[at : at + 1] == b"\xff":
        marker = data[at + 1]
        if marker in FRAME_STARTS:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return shown(width, height, turned=orientation in exif.TURNED)
        if marker == 0xFF:  # a fill byte
            at += 1
        elif marker in STANDALONE_MARKERS:
            at += 2
        else:
            (length,) = struct.unpack_from(">H", data, at + 2)
            segment = data[at + 4 : at + 2 + length]
            if marker == APP1 and orientation is None and segment.startswith(exif.PREFIX):
                orientation = exif.orientation(segment.removeprefix(exif.PREFIX))
            at += 2 + length
    return UNKNOWN


def webp(data: bytes) -> Dimensions:
    """Return the dimensions of a WebP image.

    The EXIF data come after the pixels. If the EXIF data are beyond the given bytes, the dimensions of an image that is
    not square are unknown.
    """
    match data[12:16]:
        case b"VP8X":
            width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
            if len(data) < 30:
                return UNKNOWN
            if not data[20] & WEBP_HAS_EXIF or width == height:
                return shown(width, height)
            found = next((body for kind, body in _chunks(data, RIFF_HEADER_BYTES, "<4sI") if kind == b"EXIF"), None)
            if found is None:
                return UNKNOWN
            return shown(width, height, turned=exif.orientation(found.removeprefix(exif.PREFIX)) in exif.TURNED)
        case b"VP8 ":
            width, height = struct.unpack_from("<HH", data, 26)
            return shown(width & 0x3FFF, height & 0x3FFF)
        case b"VP8L":
            (bits,) = struct.unpack_from("<I", data, 21)
            return shown((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    return UNKNOWN


def _chunks(data: bytes, at: int, header: str, trailer: int = 0) -> Iterator[tuple[bytes, bytes]]:
    """Yield the kind and the content of each chunk that lies within ``data``.

    ``header``: the format, for `struct`, of the length and the kind, in either order. ``trailer``: the size of the
    checksum after each chunk, in bytes. Chunks without a checksum, as in a RIFF file, begin at even offsets.
    """
    while at + 8 <= len(data):
        first, second = struct.unpack_from(header, data, at)
        kind, length = (first, second) if isinstance(first, bytes) else (second, first)
        if at + 8 + length > len(data):
            return
        yield kind, data[at + 8 : at + 8 + length]
        at += 8 + length + (trailer or length % 2)
