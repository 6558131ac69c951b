"""Small MP4 files: real boxes around meaningless bytes."""

import struct
from collections.abc import Sequence

MATRIX = (1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
FTYP = struct.pack(">I4s", 20, b"ftyp") + b"isom\0\0\2\0isom"
QUICKTIME = struct.pack(">I4s", 16, b"ftyp") + b"qt  \0\0\0\0"


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content) + 8, kind) + content


def wide_box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4sQ", 1, kind, len(content) + 16) + content


def track(width: int, height: int) -> bytes:
    head = b"\0\0\0\3" + bytes(36) + struct.pack(">9i", *MATRIX) + struct.pack(">II", width << 16, height << 16)
    return box(b"trak", box(b"tkhd", head))


def index(*tracks: bytes, seconds: float = 1.5) -> bytes:
    header = struct.pack(">IIIII", 0, 0, 0, 1000, int(seconds * 1000)) + bytes(80)
    return box(b"moov", box(b"mvhd", header) + b"".join(tracks))


def from_a_camera(pictures: int = 300_000, *, beginning: bytes = FTYP, tracks: Sequence[bytes] | None = None) -> bytes:
    """Return a video with its index at the end, as cameras write it."""
    given = (track(0, 0), track(1920, 1080)) if tracks is None else tracks
    return beginning + wide_box(b"mdat", bytes(pictures)) + index(*given, seconds=12.5)
