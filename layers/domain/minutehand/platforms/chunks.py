"""Uploading a large file piece by piece, with bounded memory and no longer than a run may take."""

import os
from collections.abc import Iterator
from datetime import timedelta

from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.port import Attempt, Transient

MIN_CHUNK_TIME = timedelta(seconds=5)
"""A piece is not begun with less time left than this."""
SLICE_BYTES = 256 * 1024
READ_AHEAD_BYTES = 4 * 1024 * 1024


class TimeBudget:
    """Tells whether a run has the time for one more piece, by how long its slowest piece took."""

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt
        self._begun = attempt.now()
        self._slowest = timedelta(0)

    def allows_chunk(self) -> bool:
        """Say whether one more piece can be begun; called before each."""
        now = self._attempt.now()
        self._slowest, self._begun = max(self._slowest, now - self._begun), now
        return self._attempt.time_left() > max(MIN_CHUNK_TIME, 2 * self._slowest)


class RemoteFile:
    """A medium as a file that httpx can put into a form: for platforms that take a large file in one call only."""

    def __init__(self, media: MediaFetcher, url: str, size: int, attempt: Attempt) -> None:
        self._media = media
        self._url = url
        self._size = size
        self._attempt = attempt
        self._at = 0
        self._ahead = b""
        self._ahead_from = 0

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, at most ``size``; none at the end.

        Raises:
            Transient: the run has no time left, or the medium's server has a problem.
            Rejected: the medium was changed.
        """
        if self._at >= self._size:
            return b""
        within = self._at - self._ahead_from
        if not 0 <= within < len(self._ahead):
            if self._attempt.time_left() <= timedelta(0):
                raise Transient("upload_too_slow", "The upload of a video took too long.")
            length = min(READ_AHEAD_BYTES, self._size - self._at)
            self._ahead = self._media.read(self._url, start=self._at, length=length)
            self._ahead_from, within = self._at, 0
        piece = self._ahead[within:] if size < 0 else self._ahead[within : within + size]
        self._at += len(piece)
        return piece

    def __iter__(self) -> Iterator[bytes]:
        """Yield what is left, in small parts."""
        while piece := self.read(SLICE_BYTES):
            yield piece

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to ``offset``, from the beginning or the end."""
        self._at = offset + (self._size if whence == os.SEEK_END else 0)
        return self._at

    def tell(self) -> int:
        """Return where the next byte is read."""
        return self._at


def slices(piece: bytes) -> Iterator[bytes]:
    """Yield ``piece`` in small parts: a socket takes little at a time, and what is left is copied each time."""
    for at in range(0, len(piece), SLICE_BYTES):
        yield piece[at : at + SLICE_BYTES]
