"""The secret of a calendar feed: a prefix and 256 random bits. The address of the feed contains the secret."""

import hashlib
import re
import secrets

PREFIX = "mh_feed_"
"""The prefix by which secret scanners recognise the secret."""
_FORM = re.compile(PREFIX + r"[A-Za-z0-9_-]{43}", re.ASCII)


def generate() -> str:
    """Return a new secret."""
    return PREFIX + secrets.token_urlsafe(32)


def is_well_formed(secret: str) -> bool:
    """Return whether ``secret`` has the form of a feed's secret."""
    return _FORM.fullmatch(secret) is not None


def digest(secret: str) -> bytes:
    """Return the hash under which a secret is stored. One round of SHA-256 is enough for 256 random bits."""
    return hashlib.sha256(secret.encode()).digest()
