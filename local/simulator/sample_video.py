"""Videos of any size to post: a real MP4 header, then bytes that are no pictures but always the same ones.

``/media/video.mp4?bytes=500000000`` lies, ``/media/portrait.mp4`` stands; both take ``seconds``, and ``ranges=no``
for a server that knows no ranges.
"""

import random
import re
import struct
from collections.abc import AsyncIterator
from functools import cache

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

LANDSCAPE, PORTRAIT = (1280, 720), (720, 1280)
DEFAULT_BYTES, MAX_BYTES = 1_000_000, 1 << 40
DEFAULT_SECONDS = 12
TIME_SCALE = 1000
BLOCK = 1 << 20
IDENTITY_MATRIX = (1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)


class Video:
    """One video, of which any part can be made without making the rest."""

    def __init__(self, size: int, dimensions: tuple[int, int] = LANDSCAPE, seconds: int = DEFAULT_SECONDS) -> None:
        """``size`` in bytes, at least that of the header."""
        beginning = _box(b"ftyp", b"isom\0\0\2\0isommp42") + _moov(dimensions, seconds)
        rest = max(size - len(beginning), 16)
        self._header = beginning + struct.pack(">I4sQ", 1, b"mdat", rest)
        self.size = len(beginning) + rest

    def part(self, start: int, end: int) -> bytes:
        """Return the bytes from ``start`` to before ``end``."""
        pieces = [self._header[start:end]]
        at = max(start, len(self._header))
        while at < end:
            within = at % BLOCK
            piece = _noise()[within : within + end - at]
            pieces.append(piece)
            at += len(piece)
        return b"".join(pieces)


def routes() -> list[Route]:
    """Return the addresses of the videos."""

    async def landscape(request: Request) -> Response:
        return _answer(request, LANDSCAPE)

    async def portrait(request: Request) -> Response:
        return _answer(request, PORTRAIT)

    return [
        Route("/media/video.mp4", landscape, methods=["GET"]),
        Route("/media/portrait.mp4", portrait, methods=["GET"]),
    ]


def _answer(request: Request, dimensions: tuple[int, int]) -> Response:
    query = request.query_params
    video = Video(
        min(int(query.get("bytes", DEFAULT_BYTES)), MAX_BYTES), dimensions, int(query.get("seconds", DEFAULT_SECONDS))
    )
    start, end, headers, status = 0, video.size, {}, 200
    wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", request.headers.get("range", ""))
    if wanted and query.get("ranges") != "no":
        start, end = int(wanted[1]), min(int(wanted[2] or video.size - 1) + 1, video.size)
        if start >= end:
            return Response(status_code=416, headers={"Content-Range": f"bytes */{video.size}"})
        headers, status = {"Content-Range": f"bytes {start}-{end - 1}/{video.size}"}, 206

    async def parts() -> AsyncIterator[bytes]:
        for at in range(start, end, BLOCK):
            yield video.part(at, min(at + BLOCK, end))

    headers |= {"Content-Length": str(end - start)}
    if request.method == "HEAD":
        return Response(b"", status, headers, "video/mp4")
    return StreamingResponse(parts(), status, headers, "video/mp4")


def _moov(dimensions: tuple[int, int], seconds: int) -> bytes:
    duration = seconds * TIME_SCALE
    width, height = dimensions
    mvhd = struct.pack(">IIIII", 0, 0, 0, TIME_SCALE, duration) + bytes(80)
    tkhd = struct.pack(">IIIIII", 3, 0, 0, 1, 0, duration) + bytes(16)
    tkhd += struct.pack(">9i", *IDENTITY_MATRIX) + struct.pack(">II", width << 16, height << 16)
    return _box(b"moov", _box(b"mvhd", mvhd) + _box(b"trak", _box(b"tkhd", tkhd)))


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content) + 8, kind) + content


@cache
def _noise() -> bytes:
    return random.Random(7).randbytes(BLOCK)  # noqa: S311 - the same bytes every time is what is wanted
