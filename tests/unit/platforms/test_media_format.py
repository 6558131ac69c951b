"""The type, the dimensions and the duration of a file, read from its first bytes."""

import struct
import time
from collections.abc import Callable

import pytest

from local.simulator import sample_image
from local.simulator.sample_video import Video
from minutehand.platforms.dimensions import Dimensions
from minutehand.platforms.media import PROBED_BYTES
from minutehand.platforms.media_format import content_type, dimensions
from minutehand.platforms.mp4 import Movie, movie
from tests.support import media_samples as samples
from tests.support.media_samples import MP4, jpeg, movie_header, tiff, track, webp
from tests.support.mp4_files import box

type Turn = Callable[[int, int, bytes], bytes]


@pytest.mark.parametrize("name", samples.FORMATS)
def test_type_is_read_from_the_first_bytes(name: str) -> None:
    content, expected = samples.FORMATS[name]
    assert content_type(content) == expected


@pytest.mark.parametrize("content", [*samples.UNKNOWN.values(), b""])
def test_unknown_format_has_no_type(content: bytes) -> None:
    assert content_type(content) is None
    assert dimensions(content) == Dimensions()


@pytest.mark.parametrize(
    ("beginning", "width", "height"),
    [
        (sample_image.png(), 480, 270),
        (samples.png(400, 300), 400, 300),
        (samples.gif(320, 200), 320, 200),
        (jpeg(4000, 3000), 4000, 3000),
        (jpeg(4000, 3000, before=b"\xff\xc4\x00\x04ab\xff\xd0\xff"), 4000, 3000),
        (webp(samples.lossy(0x4000 | 550, 368)), 550, 368),
        (webp(samples.lossless(400, 300)), 400, 300),
        (webp(samples.canvas(400, 300)), 400, 300),
        (MP4 + samples.VIDEO, 1280, 720),
        (samples.VIDEO, 1280, 720),
        (MP4 + box(b"moov", movie_header(9) + track(600, 60, b"sbtl") + track(9, 7, b"vide")), 9, 7),
        (MP4 + box(b"moov", track(0, 0) + track(9, 7)), 9, 7),
        (samples.png(2**31 - 1, 1), 2**31 - 1, 1),
        (samples.png(2**31, 1), None, None),
        (samples.png(1, 2**32 - 1), None, None),
        (samples.ftyp(b"avif"), None, None),
        (samples.ebml(b"webm"), None, None),
    ],
)
def test_dimensions_are_read_from_the_first_bytes(beginning: bytes, width: int | None, height: int | None) -> None:
    found = dimensions(beginning)
    assert (found.width, found.height) == (width, height)


# What the file does not state.

ZERO = {
    "PNG": samples.png(0, 300),
    "GIF": samples.gif(0, 0),
    "JPEG with its height after the pixels": jpeg(400, 0),
    "lossy WebP": webp(samples.lossy(0, 368)),
    "MP4": MP4 + box(b"moov", movie_header(0) + track(0, 0, b"vide")),
    "MP4 with a 64-bit duration": MP4 + box(b"moov", movie_header(0, wide=True) + track(0, 720, b"vide", wide=True)),
    "MP4 without a time scale": MP4 + box(b"moov", movie_header(900, scale=0) + track(0, 0, b"vide")),
    "MP4 of unknown duration": MP4 + box(b"moov", movie_header(2**32 - 1) + track(0, 0, b"vide")),
    "MP4 of unknown 64-bit duration": MP4 + box(b"moov", movie_header(2**64 - 1, wide=True) + track(0, 0, b"vide")),
}


@pytest.mark.parametrize("name", ZERO)
def test_zero_is_not_a_size_or_a_duration(name: str) -> None:
    assert dimensions(ZERO[name]) == Dimensions()
    assert str(content_type(ZERO[name])).startswith(("image/", "video/"))


@pytest.mark.parametrize(
    ("index", "seconds"),
    [
        (samples.fragmented(None), None),
        (samples.fragmented(0), None),
        (samples.fragmented(4000), 4.0),
        (samples.fragmented(4000, wide=True), 4.0),
        (samples.fragmented(2**32 - 1), None),
        (samples.fragmented(None, first=500), None),
        (samples.fragmented(4000, first=500), 4.0),
        (box(b"moov", box(b"mvex", b"") + movie_header(500) + track(720, 1280)), None),
    ],
)
def test_duration_of_a_fragmented_video_is_that_of_all_fragments(index: bytes, seconds: float | None) -> None:
    assert dimensions(MP4 + index) == Dimensions(720, 1280, seconds)


def test_video_is_not_called_audio_before_its_whole_index_is_known() -> None:
    whole = MP4 + box(b"moov", movie_header(4000) + track(0, 0, b"soun") + track(1280, 720, b"vide"))
    for end in range(len(MP4) + 8, len(whole)):
        assert content_type(whole[:end]) == "video/mp4"
        assert movie(whole[:end]).has_video in (None, True)
    assert movie(whole).has_video


def test_video_with_a_compressed_index_is_not_called_audio() -> None:
    content = box(b"moov", movie_header(4000) + box(b"cmov", b"compressed"))
    assert (content_type(content), movie(content).has_video) == ("video/quicktime", None)


@pytest.mark.parametrize("wide", [False, True])
def test_rotated_video_has_its_displayed_dimensions(wide: bool) -> None:
    data = MP4 + box(b"moov", movie_header(1500) + track(1920, 1080, b"vide", matrix=samples.TURNED, wide=wide))
    assert movie(data) == Movie(Dimensions(1080, 1920, 1.5), has_video=True)


def test_64_bit_duration_is_read() -> None:
    assert dimensions(MP4 + box(b"moov", movie_header(2500, wide=True))).duration_seconds == 2.5


def test_truncated_video_still_has_its_duration() -> None:
    header = movie_header(1500)
    data = MP4 + box(b"moov", header + track(1280, 720))
    assert movie(data[: len(MP4) + 8 + len(header)]) == Movie(Dimensions(None, None, 1.5), has_video=None)


def test_index_beyond_the_given_bytes_is_ignored() -> None:
    index = box(b"moov", movie_header(1500))
    assert movie(MP4 + box(b"mdat", bytes(100)) + index).dimensions == Dimensions(None, None, 1.5)
    assert movie(MP4 + struct.pack(">I4s", 1_000_000, b"mdat") + bytes(100)) == Movie()


# Orientation.


def turned_webp(width: int, height: int, exif: bytes) -> bytes:
    return webp(samples.canvas(width, height, flags=8), samples.lossy(width, height), (b"EXIF", exif))


TURNABLE: dict[str, Turn] = {
    "JPEG": lambda width, height, exif: jpeg(width, height, exif=exif),
    "PNG": lambda width, height, exif: samples.png(width, height, exif=exif),
    "WebP": turned_webp,
    "WebP with a prefix": lambda width, height, exif: turned_webp(width, height, samples.EXIF_PREFIX + exif),
    "JPEG with a preview": lambda width, height, exif: jpeg(width, height, exif=exif + jpeg(160, 120, exif=tiff(1))),
    "JPEG with two EXIF segments": lambda width, height, exif: jpeg(
        width, height, exif=exif, before=jpeg(1, 1, exif=tiff(1))[8 : 8 + 4 + 6 + len(tiff(1))]
    ),
}


@pytest.mark.parametrize("name", TURNABLE)
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("kind", [3, 4])
@pytest.mark.parametrize("orientation", [None, *range(10)])
def test_image_has_the_dimensions_in_which_it_is_shown(
    name: str, order: str, kind: int, orientation: int | None
) -> None:
    content = TURNABLE[name](1600, 900, tiff(orientation, order=order, kind=kind))
    expected = (900, 1600) if orientation in (5, 6, 7, 8) else (1600, 900)
    found = dimensions(content)
    assert (found.width, found.height) == expected


@pytest.mark.parametrize("name", TURNABLE)
def test_damaged_orientation_does_not_turn_an_image(name: str) -> None:
    whole = tiff(6)
    for end in range(len(whole) - 7):
        assert dimensions(TURNABLE[name](1600, 900, whole[:end])) == Dimensions(1600, 900)
    endless = b"MM\0*" + struct.pack(">IH", 8, 65535) + bytes(200)
    assert dimensions(TURNABLE[name](1600, 900, endless)) == Dimensions(1600, 900)


def test_webp_image_has_no_dimensions_while_its_orientation_is_unknown() -> None:
    whole = turned_webp(1600, 900, tiff(6))
    assert dimensions(whole[: whole.index(b"EXIF")]) == Dimensions()
    square = turned_webp(900, 900, tiff(6))
    assert dimensions(square[: square.index(b"EXIF")]) == Dimensions(900, 900)


@pytest.mark.parametrize(
    "unit", [b"<!>", b"<!-- -->", b" ", b"<", b"<!", b"<?xml?>", b"\n<!x>\n", b"\xff\xe1\0\2", b"\0\0\0\x08moov"]
)
@pytest.mark.parametrize(
    "beginning", [b"", b"\xff\xd8\xff", MP4, b"<?xml?>", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBPVP8X"]
)
def test_hostile_file_is_read_quickly(beginning: bytes, unit: bytes) -> None:
    content = beginning + unit * (PROBED_BYTES // len(unit))
    begun = time.process_time()
    content_type(content)
    dimensions(content)
    assert time.process_time() - begun < 1.0


@pytest.mark.parametrize(
    "data",
    [Video(5000).read(0, 5000), sample_image.png(), *(content for content, _ in samples.FORMATS.values())],
)
def test_damaged_file_raises_no_error(data: bytes) -> None:
    for at in range(min(len(data), 300)):
        for damaged in (data[:at], data[:at] + b"\xff" + data[at + 1 :], data[:at] + b"\0" + data[at + 1 :]):
            assert isinstance(dimensions(damaged), Dimensions)
            kind = content_type(damaged)
            assert kind is None or "/" in kind
