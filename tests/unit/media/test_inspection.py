"""Inspection of uploaded files."""

import struct

import pytest

from local.simulator import sample_image
from minutehand.media.inspection import BEGINNING_BYTES, MAX_INDEX_BYTES, Findings, inspect
from minutehand.platforms.media_format import Dimensions
from minutehand.platforms.mp4 import find_moov
from tests.support import mp4_files


class File:
    """A file that counts the bytes read from it."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.read_bytes = 0

    def read(self, start: int, length: int) -> bytes:
        piece = self.content[start : start + length]
        assert piece, "the read is beyond the end"
        self.read_bytes += len(piece)
        return piece

    def inspect(self) -> Findings:
        return inspect(len(self.content), self.read)


def test_an_image_type_is_read_from_its_first_bytes() -> None:
    assert File(sample_image.png()).inspect() == Findings("image/png", Dimensions(480, 270))


@pytest.mark.parametrize(
    ("content", "findings"),
    [
        (
            mp4_files.FTYP + mp4_files.index(mp4_files.track(1280, 720)),
            Findings("video/mp4", Dimensions(1280, 720, 1.5)),
        ),
        (mp4_files.from_a_camera(), Findings("video/mp4", Dimensions(1920, 1080, 12.5))),
        (
            mp4_files.from_a_camera(beginning=mp4_files.QUICKTIME),
            Findings("video/quicktime", Dimensions(1920, 1080, 12.5)),
        ),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm", Findings("video/webm")),
        (b"\x1a\x45\xdf\xa3\xa3\x42\x82\x88matroska", Findings("video/x-matroska")),
        (b"%PDF-1.7", Findings(None)),
    ],
)
def test_a_video_index_is_found_anywhere_in_the_file(content: bytes, findings: Findings) -> None:
    assert File(content).inspect() == findings


def test_few_bytes_of_a_large_video_are_read() -> None:
    file = File(mp4_files.from_a_camera(50_000_000))

    assert file.inspect().dimensions.width == 1920
    assert file.read_bytes < BEGINNING_BYTES + 10_000


def test_only_the_beginning_of_a_huge_index_is_read() -> None:
    endless = mp4_files.index(mp4_files.track(1920, 1080), mp4_files.box(b"free", bytes(MAX_INDEX_BYTES)))
    file = File(mp4_files.FTYP + endless)

    assert file.inspect() == Findings("video/mp4", Dimensions(1920, 1080, 1.5))
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
        (mp4_files.FTYP + mp4_files.index(mp4_files.track(0, 0)), "no video track"),
    ],
)
def test_an_incomplete_video_is_a_problem(content: bytes, problem: str) -> None:
    findings = File(content).inspect()

    assert findings.problem is not None
    assert problem in findings.problem


def test_an_index_that_extends_to_the_end_of_the_file_is_found() -> None:
    content = mp4_files.FTYP + struct.pack(">I4s", 0, b"moov") + mp4_files.box(b"mvhd", bytes(100))

    assert find_moov(len(content), lambda start, length: content[start : start + length]) == (
        len(mp4_files.FTYP),
        len(content) - len(mp4_files.FTYP),
    )


def test_a_truncated_file_raises_no_error() -> None:
    whole = mp4_files.FTYP + mp4_files.index(mp4_files.track(0, 0), mp4_files.track(1280, 720))
    for end in range(1, len(whole)):
        assert isinstance(File(whole[:end]).inspect(), Findings)
