"""Chunked upload of large files with bounded memory, within the time limit of an attempt."""

import os
from collections.abc import Iterator
from datetime import timedelta

from minutehand.platforms.errors import Transient
from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.port import Attempt

MIN_CHUNK_TIME = timedelta(seconds=5)
"""The minimum time that must be left in the attempt before another chunk is started."""
SLICE_BYTES = 256 * 1024
"""The size of the slices in which a chunk is written to the socket."""
READ_AHEAD_BYTES = 4 * 1024 * 1024
"""The maximum number of bytes that `RemoteFile` downloads at a time."""


class TimeBudget:
    """Decides whether an attempt has time for another chunk, based on the duration of its slowest chunk so far."""

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt
        self._begun = attempt.now()
        self._slowest = timedelta(0)

    def allows_chunk(self) -> bool:
        """Return whether another chunk may be started. Call this method before each chunk."""
        now = self._attempt.now()
        self._slowest, self._begun = max(self._slowest, now - self._begun), now
        return self._attempt.time_left() > max(MIN_CHUNK_TIME, 2 * self._slowest)


class RemoteFile:
    """A media item, or a chunk of one, as a readable file that httpx can send in one request.

    The file is downloaded in blocks of `READ_AHEAD_BYTES`, so the memory never contains the whole of a large file.
    """

    def __init__(self, media: MediaFetcher, url: str, size: int, attempt: Attempt, *, start: int = 0) -> None:
        """Create a file of ``size`` bytes, which begins at the byte ``start`` of the media item."""
        self._media = media
        self._url = url
        self._size = size
        self._start = start
        self._attempt = attempt
        self._at = 0
        self._ahead = b""
        self._ahead_from = 0

    def read(self, size: int = -1) -> bytes:
        """Return at most ``size`` further bytes, or no bytes at the end of the file.

        Raises:
            Transient: the attempt has no time left; also see `MediaFetcher.read`.
            Rejected: see `MediaFetcher.read`.
        """
        if self._at >= self._size:
            return b""
        within = self._at - self._ahead_from
        if not 0 <= within < len(self._ahead):
            if self._attempt.time_left() <= timedelta(0):
                raise Transient("upload_too_slow", "The upload of a video took too long.")
            length = min(READ_AHEAD_BYTES, self._size - self._at)
            self._ahead = self._media.read(self._url, start=self._start + self._at, length=length)
            self._ahead_from, within = self._at, 0
        data = self._ahead[within:] if size < 0 else self._ahead[within : within + size]
        self._at += len(data)
        return data

    def __iter__(self) -> Iterator[bytes]:
        """Yield the remaining bytes in small slices."""
        while data := self.read(SLICE_BYTES):
            yield data

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move to ``offset``, relative to the beginning or the end, and return the new position."""
        self._at = offset + (self._size if whence == os.SEEK_END else 0)
        return self._at

    def tell(self) -> int:
        """Return the position of the next byte."""
        return self._at


def slices(chunk: bytes) -> Iterator[bytes]:
    """Yield ``chunk`` in small slices.

    A socket accepts few bytes at a time, and each write copies the remainder. Small slices keep these copies small.
    """
    for at in range(0, len(chunk), SLICE_BYTES):
        yield chunk[at : at + SLICE_BYTES]
