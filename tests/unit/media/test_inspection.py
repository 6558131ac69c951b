"""What a file really is, by its content."""

import struct

import pytest

from local.simulator import sample_image
from minutehand.media.inspection import BEGINNING_BYTES, MAX_INDEX_BYTES, Found, inspect
from minutehand.platforms.media_format import Dimensions
from minutehand.platforms.mp4 import find_moov
from tests.support import mp4_files


class File:
    """Bytes, of which it is noted what was read."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.read_bytes = 0

    def read(self, start: int, length: int) -> bytes:
        piece = self.content[start : start + length]
        assert piece, "nothing is read beyond the end"
        self.read_bytes += len(piece)
        return piece

    def inspected(self) -> Found:
        return inspect(len(self.content), self.read)


def test_an_image_is_what_its_first_bytes_say() -> None:
    assert File(sample_image.png()).inspected() == Found("image/png", Dimensions(480, 270))


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (mp4_files.FTYP + mp4_files.index(mp4_files.track(1280, 720)), Found("video/mp4", Dimensions(1280, 720, 1.5))),
        (mp4_files.from_a_camera(), Found("video/mp4", Dimensions(1920, 1080, 12.5))),
        (
            mp4_files.from_a_camera(beginning=mp4_files.QUICKTIME),
            Found("video/quicktime", Dimensions(1920, 1080, 12.5)),
        ),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm", Found("video/webm")),
        (b"\x1a\x45\xdf\xa3\xa3\x42\x82\x88matroska", Found("video/x-matroska")),
        (b"%PDF-1.7", Found(None)),
    ],
)
def test_a_video_is_looked_for_its_index_wherever_that_stands(content: bytes, found: Found) -> None:
    assert File(content).inspected() == found


def test_of_a_large_video_little_is_read() -> None:
    file = File(mp4_files.from_a_camera(50_000_000))

    assert file.inspected().dimensions.width == 1920
    assert file.read_bytes < BEGINNING_BYTES + 10_000


def test_of_an_endless_index_a_part_is_read() -> None:
    endless = mp4_files.index(mp4_files.track(1920, 1080), mp4_files.box(b"free", bytes(MAX_INDEX_BYTES)))
    file = File(mp4_files.FTYP + endless)

    assert file.inspected() == Found("video/mp4", Dimensions(1920, 1080, 1.5))
    assert file.read_bytes <= BEGINNING_BYTES + MAX_INDEX_BYTES + 100


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (mp4_files.FTYP, "no index"),
        (mp4_files.from_a_camera()[:-1], "no index"),
        (mp4_files.FTYP + mp4_files.box(b"mdat", bytes(100)), "no index"),
        (mp4_files.FTYP + struct.pack(">I4s", 4, b"mdat"), "no index"),
        (mp4_files.FTYP + struct.pack(">I4sQ", 1, b"mdat", 2**63), "no index"),
        (mp4_files.FTYP + mp4_files.box(b"free", b"") * 100 + mp4_files.index(mp4_files.track(9, 9)), "no index"),
        (mp4_files.FTYP + mp4_files.index(mp4_files.track(0, 0)), "no pictures"),
    ],
)
def test_what_is_no_whole_video_is_told(content: bytes, problem: str) -> None:
    found = File(content).inspected()

    assert found.problem is not None
    assert problem in found.problem


def test_an_index_up_to_the_end_of_the_file_is_found() -> None:
    content = mp4_files.FTYP + struct.pack(">I4s", 0, b"moov") + mp4_files.box(b"mvhd", bytes(100))

    assert find_moov(len(content), lambda start, length: content[start : start + length]) == (
        len(mp4_files.FTYP),
        len(content) - len(mp4_files.FTYP),
    )


def test_no_cut_is_an_error() -> None:
    whole = mp4_files.FTYP + mp4_files.index(mp4_files.track(0, 0), mp4_files.track(1280, 720))
    for end in range(1, len(whole)):
        assert isinstance(File(whole[:end]).inspected(), Found)
