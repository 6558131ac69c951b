"""Sample videos of any size, each a real MP4 header followed by meaningless but reproducible bytes.

``/media/video.mp4?bytes=500000000`` is in landscape format, and ``/media/portrait.mp4`` in portrait format. Both
addresses also take the parameters ``seconds`` and ``ranges=no``, which disables range requests.
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
    """A video that generates any range of its bytes without generating the bytes before the range."""

    def __init__(self, size: int, dimensions: tuple[int, int] = LANDSCAPE, seconds: int = DEFAULT_SECONDS) -> None:
        """Prepare a video of ``size`` bytes, or of the size of its header if the header is larger."""
        beginning = _box(b"ftyp", b"isom\0\0\2\0isommp42") + _moov(dimensions, seconds)
        rest = max(size - len(beginning), 16)
        self._header = beginning + struct.pack(">I4sQ", 1, b"mdat", rest)
        self.size = len(beginning) + rest

    def read(self, start: int, end: int) -> bytes:
        """Return the bytes from ``start`` up to but not including ``end``."""
        chunks = [self._header[start:end]]
        at = max(start, len(self._header))
        while at < end:
            within = at % BLOCK
            chunk = _noise()[within : within + end - at]
            chunks.append(chunk)
            at += len(chunk)
        return b"".join(chunks)


def routes() -> list[Route]:
    """Return the routes of the videos."""

    async def landscape(request: Request) -> Response:
        return _respond(request, LANDSCAPE)

    async def portrait(request: Request) -> Response:
        return _respond(request, PORTRAIT)

    return [
        Route("/media/video.mp4", landscape, methods=["GET"]),
        Route("/media/portrait.mp4", portrait, methods=["GET"]),
    ]


def _respond(request: Request, dimensions: tuple[int, int]) -> Response:
    query = request.query_params
    video = Video(
        min(int(query.get("bytes", DEFAULT_BYTES)), MAX_BYTES), dimensions, int(query.get("seconds", DEFAULT_SECONDS))
    )
    start, end, headers, status = 0, video.size, {}, 200
    requested_range = re.fullmatch(r"bytes=(\d+)-(\d*)", request.headers.get("range", ""))
    if requested_range and query.get("ranges") != "no":
        start, end = int(requested_range[1]), min(int(requested_range[2] or video.size - 1) + 1, video.size)
        if start >= end:
            return Response(status_code=416, headers={"Content-Range": f"bytes */{video.size}"})
        headers, status = {"Content-Range": f"bytes {start}-{end - 1}/{video.size}"}, 206

    async def chunks() -> AsyncIterator[bytes]:
        for at in range(start, end, BLOCK):
            yield video.read(at, min(at + BLOCK, end))

    headers |= {"Content-Length": str(end - start)}
    if request.method == "HEAD":
        return Response(b"", status, headers, "video/mp4")
    return StreamingResponse(chunks(), status, headers, "video/mp4")


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
    return random.Random(7).randbytes(BLOCK)  # noqa: S311 - the bytes must be reproducible
