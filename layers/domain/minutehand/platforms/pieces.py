"""Uploading a large file piece by piece, with bounded memory and no longer than a run may take."""

from collections.abc import Iterator
from datetime import timedelta

from minutehand.platforms.port import Attempt

LEAST_TIME = timedelta(seconds=5)
"""A piece is not begun with less time left than this."""
SLICE = 256 * 1024


class Pace:
    """Tells whether a run has the time for one more piece, by how long its slowest piece took."""

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt
        self._begun = attempt.now()
        self._slowest = timedelta(0)

    def allows(self) -> bool:
        """Say whether one more piece can be begun; called before each."""
        now = self._attempt.now()
        self._slowest, self._begun = max(self._slowest, now - self._begun), now
        return self._attempt.time_left() > max(LEAST_TIME, 2 * self._slowest)


def slices(piece: bytes) -> Iterator[bytes]:
    """Yield ``piece`` in small parts: a socket takes little at a time, and what is left is copied each time."""
    for at in range(0, len(piece), SLICE):
        yield piece[at : at + SLICE]
