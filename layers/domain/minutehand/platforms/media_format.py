"""Type, dimensions and duration of an image or a video, read from its first bytes.

Sources: PNG (ISO 15948) IHDR; GIF89a logical screen; JPEG (ITU T.81) start of frame; WebP container specification.
"""

import struct
from dataclasses import dataclass

from minutehand.platforms import mp4

IMAGE_TYPES = frozenset(
    ["image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/heic", "image/heif"]
)
"""The image types that are sent to platforms."""
PNG, GIF, JPEG = b"\x89PNG\r\n\x1a\n", (b"GIF87a", b"GIF89a"), b"\xff\xd8\xff"
QUICKTIME_BRAND = b"qt  "
STILL_BRANDS = {b"avif": "image/avif", b"heic": "image/heic", b"heix": "image/heic", b"mif1": "image/heif"}
FRAME_STARTS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
STANDALONE_MARKERS = frozenset([0x01, *range(0xD0, 0xDA)])


@dataclass(frozen=True, slots=True)
class Dimensions:
    """The displayed size in pixels and the duration in seconds. A value is None if the bytes do not contain it."""

    width: int | None = None
    height: int | None = None
    duration_seconds: float | None = None


def content_type(beginning: bytes) -> str | None:
    """Return the MIME type that the first bytes of a file indicate, or None if the format is unknown."""
    if beginning.startswith(PNG):
        return "image/png"
    if beginning.startswith(GIF):
        return "image/gif"
    if beginning.startswith(JPEG):
        return "image/jpeg"
    if _is_webp(beginning):
        return "image/webp"
    if beginning.startswith(b"\x1a\x45\xdf\xa3"):
        return "video/webm"
    if beginning[4:8] == b"ftyp":
        brand = beginning[8:12]
        return STILL_BRANDS.get(brand) or ("video/quicktime" if brand == QUICKTIME_BRAND else "video/mp4")
    return None


def dimensions(beginning: bytes) -> Dimensions:
    """Return the dimensions that the first bytes of a file state. They are None if the file is damaged or unknown."""
    try:
        if beginning.startswith(PNG):
            return Dimensions(*struct.unpack_from(">II", beginning, 16))
        if beginning.startswith(GIF):
            return Dimensions(*struct.unpack_from("<HH", beginning, 6))
        if beginning.startswith(JPEG):
            return _jpeg(beginning)
        if _is_webp(beginning):
            return _webp(beginning)
    except (struct.error, IndexError):
        return Dimensions()
    movie = mp4.movie(beginning)
    return Dimensions(movie.width, movie.height, movie.duration_seconds)


def _is_webp(beginning: bytes) -> bool:
    return beginning.startswith(b"RIFF") and beginning[8:12] == b"WEBP"


def _jpeg(data: bytes) -> Dimensions:
    at = 2
    while data[at : at + 1] == b"\xff":
        marker = data[at + 1]
        if marker in FRAME_STARTS:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return Dimensions(width, height)
        if marker == 0xFF:  # a fill byte
            at += 1
        elif marker in STANDALONE_MARKERS:
            at += 2
        else:
            at += 2 + struct.unpack_from(">H", data, at + 2)[0]
    return Dimensions()


def _webp(data: bytes) -> Dimensions:
    match data[12:16]:
        case b"VP8X":
            width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
            return Dimensions(width, height) if len(data) >= 30 else Dimensions()
        case b"VP8 ":
            width, height = struct.unpack_from("<HH", data, 26)
            return Dimensions(width & 0x3FFF, height & 0x3FFF)
        case b"VP8L":
            (bits,) = struct.unpack_from("<I", data, 21)
            return Dimensions((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    return Dimensions()
