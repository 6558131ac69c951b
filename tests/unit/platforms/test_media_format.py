import struct

import pytest

from local.simulator import sample_image
from local.simulator.sample_video import Video
from minutehand.platforms.media_format import Dimensions, content_type, dimensions
from minutehand.platforms.mp4 import Movie, movie


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content) + 8, kind) + content


def jpeg(width: int, height: int, before: bytes = b"") -> bytes:
    start = b"\xff\xc2\x00\x11\x08" + struct.pack(">HH", height, width)
    return b"\xff\xd8\xff\xe0\x00\x04ab" + before + b"\xff" + start + bytes(10)


def track(width: int, height: int, matrix: tuple[int, ...], *, wide: bool = False) -> bytes:
    head = (b"\x01\0\0\3" + bytes(32 + 16)) if wide else (b"\0\0\0\3" + bytes(20 + 16))
    body = head + struct.pack(">9i", *matrix) + struct.pack(">II", width << 16, height << 16)
    return box(b"trak", box(b"tkhd", body))


UPRIGHT = (1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
TURNED = (0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30)
FTYP = box(b"ftyp", b"isom\0\0\2\0isommp42")
MVHD = box(b"mvhd", struct.pack(">IIIII", 0, 0, 0, 600, 900) + bytes(80))
WIDE_MVHD = box(b"mvhd", b"\x01\0\0\0" + bytes(16) + struct.pack(">IQ", 1000, 2500) + bytes(80))


@pytest.mark.parametrize(
    ("beginning", "kind", "size"),
    [
        (sample_image.png(), "image/png", (480, 270)),
        (b"GIF89a" + struct.pack("<HH", 320, 200), "image/gif", (320, 200)),
        (jpeg(4000, 3000), "image/jpeg", (4000, 3000)),
        (jpeg(4000, 3000, before=b"\xff\xc4\x00\x04ab\xff\xd0"), "image/jpeg", (4000, 3000)),
        (b"RIFF\0\0\0\0WEBPVP8 " + bytes(10) + struct.pack("<HH", 0x4000 | 550, 368), "image/webp", (550, 368)),
        (b"RIFF\0\0\0\0WEBPVP8L" + bytes(5) + struct.pack("<I", 399 | 299 << 14), "image/webp", (400, 300)),
        (b"RIFF\0\0\0\0WEBPVP8X" + bytes(8) + b"\x8f\x01\x00\x2b\x01\x00", "image/webp", (400, 300)),
        (FTYP + box(b"moov", MVHD + track(0, 0, UPRIGHT) + track(1280, 720, UPRIGHT)), "video/mp4", (1280, 720)),
        (box(b"ftyp", b"qt  \0\0\0\0") + box(b"moov", track(9, 7, UPRIGHT)), "video/quicktime", (9, 7)),
        (box(b"ftyp", b"avif\0\0\0\0"), "image/avif", (None, None)),
        (b"\x1a\x45\xdf\xa3webm", "video/webm", (None, None)),
        (b"<html>", None, (None, None)),
        (b"", None, (None, None)),
    ],
)
def test_type_and_dimensions_are_read_from_the_first_bytes(
    beginning: bytes, kind: str | None, size: tuple[int | None, int | None]
) -> None:
    assert content_type(beginning) == kind
    found = dimensions(beginning)
    assert (found.width, found.height) == size


@pytest.mark.parametrize("wide", [False, True])
def test_rotated_video_has_its_displayed_dimensions(wide: bool) -> None:
    data = FTYP + box(b"moov", MVHD + track(1920, 1080, TURNED, wide=wide))
    assert movie(data) == Movie(1080, 1920, 1.5)


def test_64_bit_duration_is_read() -> None:
    assert movie(FTYP + box(b"moov", WIDE_MVHD)).duration_seconds == 2.5


def test_truncated_video_still_has_its_duration() -> None:
    data = FTYP + box(b"moov", MVHD + track(1280, 720, UPRIGHT))
    assert movie(data[: len(FTYP) + 8 + len(MVHD)]) == Movie(None, None, 1.5)


@pytest.mark.parametrize("data", [Video(5000).read(0, 5000), sample_image.png(), jpeg(8, 8), FTYP + box(b"moov", MVHD)])
def test_damaged_file_raises_no_error(data: bytes) -> None:
    for at in range(min(len(data), 300)):
        assert isinstance(dimensions(data[:at]), Dimensions)
        assert isinstance(dimensions(data[:at] + b"\xff" + data[at + 1 :]), Dimensions)


def test_index_beyond_the_given_bytes_is_ignored() -> None:
    assert movie(FTYP + box(b"mdat", bytes(100)) + box(b"moov", MVHD)) == Movie(None, None, 1.5)
    assert movie(FTYP + struct.pack(">I4s", 1_000_000, b"mdat") + bytes(100)) == Movie()
