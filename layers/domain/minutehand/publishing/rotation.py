"""The order in which the free threads of a publisher serve the owners."""

from collections import Counter
from datetime import datetime, timedelta

REMEMBERED_FOR = timedelta(seconds=1)
"""The time for which an owner without publications in progress is remembered after its last publication."""


class Rotation:
    """Tracks the owners that have recently used a thread, and their numbers of publications in progress.

    A free thread serves the owner with the fewest publications in progress. If there are several such owners, the
    thread serves the one that has waited longest. Therefore an owner is limited only while another owner waits.
    """

    def __init__(self) -> None:
        self._in_hand = Counter[str]()
        self._last: dict[str, datetime] = {}  # in the order of these times

    def begin(self, owner_id: str, now: datetime) -> None:
        """Record that a thread begins to handle a publication of this owner."""
        self._in_hand[owner_id] += 1
        self._touch(owner_id, now)

    def end(self, owner_id: str, now: datetime) -> None:
        """Record that a thread no longer handles a publication of this owner."""
        self._in_hand[owner_id] -= 1
        self._touch(owner_id, now)

    def shares(self, now: datetime) -> dict[str, int]:
        """Return the owners that have recently used a thread, each with the number of its publications in progress.

        The owner that has waited longest is first. An owner without publications in progress is forgotten
        `REMEMBERED_FOR` after its last publication.
        """
        for owner in [owner for owner, last in self._last.items() if last <= now - REMEMBERED_FOR]:
            if not self._in_hand[owner]:
                del self._last[owner], self._in_hand[owner]
        return {owner: self._in_hand[owner] for owner in self._last}

    def _touch(self, owner_id: str, now: datetime) -> None:
        self._last.pop(owner_id, None)
        self._last[owner_id] = now
