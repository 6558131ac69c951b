"""Detection of a file's content type from its first bytes, and of an MP4's dimensions and duration."""

import struct
from dataclasses import dataclass

SIGNATURES = {
    b"\x89PNG": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"\x1a\x45\xdf\xa3": "video/webm",
}


@dataclass(frozen=True, slots=True)
class VideoProperties:
    """The width and the height of a video in pixels, and its duration in seconds. A missing property is None."""

    width: int | None = None
    height: int | None = None
    seconds: float | None = None


def detected_type(content: bytes) -> str | None:
    """Return the content type of a file that begins with ``content``, or None if the type is not recognised."""
    for signature, kind in SIGNATURES.items():
        if content.startswith(signature):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp" and content[8:12] not in (b"avif", b"heic", b"heix", b"mif1"):
        return "video/quicktime" if content[8:12] == b"qt  " else "video/mp4"
    return None


def video_properties(content: bytes) -> VideoProperties:
    """Return the properties in an MP4's ``mvhd`` and ``tkhd`` headers (ISO 14496-12), at any offset in ``content``."""
    header = content.find(b"mvhd")
    seconds = _seconds(content, header + 4)
    at = (
        content.find(b"tkhd", header) if header >= 0 else -1
    )  # the headers of the tracks follow the header of the video
    while at >= 0:
        width, height = _size(content, at + 4)
        if width and height:
            return VideoProperties(width, height, seconds)
        at = content.find(b"tkhd", at + 4)  # This track has no pictures, so try the next one.
    return VideoProperties(seconds=seconds)


def _seconds(content: bytes, at: int) -> float | None:
    wide = content[at : at + 1] == b"\1"
    try:
        scale, duration = struct.unpack_from(">IQ" if wide else ">II", content, at + (20 if wide else 12))
    except struct.error:
        return None
    # A fragmented video states the duration 0, because its recorder did not know the duration.
    return duration / scale if at >= 4 and scale and duration else None


def _size(content: bytes, at: int) -> tuple[int, int]:
    try:
        width, height = struct.unpack_from(">II", content, at + (88 if content[at : at + 1] == b"\1" else 76))
    except struct.error:
        return 0, 0
    return width >> 16, height >> 16
