"""Bluesky's record keys (TIDs). A TID encodes a time in microseconds and a clock id. TIDs sort by time."""

from datetime import datetime
from hashlib import sha256

ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"
_CLOCK_ID_BITS = 10


def tid(instant: datetime, seed: str) -> str:
    """Return the TID of ``instant``. The clock id is derived from ``seed``, so the TIDs of two posts in the same
    microsecond usually differ.

    Source: https://atproto.com/specs/tid
    """
    clock_id = int.from_bytes(sha256(seed.encode()).digest()[:2]) % (1 << _CLOCK_ID_BITS)
    microseconds = int(instant.timestamp()) * 1_000_000 + instant.microsecond
    number = microseconds << _CLOCK_ID_BITS | clock_id
    return "".join(ALPHABET[number >> shift & 31] for shift in range(60, -1, -5))
