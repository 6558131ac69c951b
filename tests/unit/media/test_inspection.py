"""Inspection of uploaded files."""

import struct

import httpx
import pytest

from local.simulator import sample_image
from minutehand.media.inspection import BEGINNING_BYTES, MAX_INDEX_BYTES, Findings, inspect
from minutehand.platforms.dimensions import Dimensions
from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.mp4 import find_moov
from tests.support import media_samples, mp4_files


class File:
    """A file that counts the bytes read from it."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.read_bytes = 0

    def read(self, start: int, length: int) -> bytes:
        piece = self.content[start : start + length]
        assert piece or not length, "the read is beyond the end"
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
        (b"%PDF-1.7", Findings("application/pdf")),
        (b"no known format", Findings(None)),
        (b"", Findings(None)),
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
    ],
)
def test_an_incomplete_video_is_a_problem(content: bytes, problem: str) -> None:
    findings = File(content).inspect()

    assert findings.problem is not None
    assert problem in findings.problem


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (mp4_files.FTYP + mp4_files.index(mp4_files.track(0, 0)), "audio/mp4"),
        (mp4_files.from_a_camera(tracks=[media_samples.track(0, 0, b"soun")]), "audio/mp4"),
        (mp4_files.from_a_camera(tracks=[], beginning=mp4_files.QUICKTIME), "audio/quicktime"),
        (mp4_files.from_a_camera(tracks=[media_samples.track(0, 0, b"vide")]), "video/mp4"),
    ],
)
def test_a_file_without_a_video_track_is_audio(content: bytes, kind: str) -> None:
    findings = File(content).inspect()

    assert (findings.content_type, findings.problem, findings.dimensions.width) == (kind, None, None)


def test_a_fragmented_video_has_no_duration_if_it_states_none() -> None:
    content = media_samples.MP4 + media_samples.fragmented(None) + media_samples.FRAMES

    assert File(content).inspect() == Findings("video/mp4", Dimensions(720, 1280, None))


@pytest.mark.parametrize("name", media_samples.FORMATS)
def test_the_library_and_the_publisher_see_the_same(name: str) -> None:
    content, kind = media_samples.FORMATS[name]
    findings = File(content).inspect()

    def respond(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, stream=httpx.ByteStream(content))

    if kind.startswith(("image/", "video/")):
        found = MediaFetcher(httpx.Client(transport=httpx.MockTransport(respond))).probe("https://ex.am/")
        seen = Dimensions(found.width, found.height, found.duration_seconds)
        assert (findings.content_type, found.content_type) == (kind, kind)
        assert seen in (findings.dimensions, Dimensions())  # only the library reads an index at the end
    else:
        assert findings.content_type == kind


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
