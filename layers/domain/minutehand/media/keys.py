"""Where in the bucket an item lies: ``<digest of the owner>/<id>/<name>``."""

import re
import unicodedata
from hashlib import sha256
from pathlib import PurePosixPath
from uuid import UUID

from minutehand.media.types import KINDS

MAX_NAME_CHARACTERS = 80


def object_key(owner_id: str, media_id: UUID, filename: str, content_type: str) -> str:
    """Return the key of an item.

    The owner stands in it as a digest: keys become part of addresses that platforms see. The name is there for
    platforms that show it or go by its end; the id alone makes the key unique.
    """
    return f"{_digest(owner_id)}/{media_id}/{_safe(filename)}{KINDS[content_type].extension}"


def _digest(owner_id: str) -> str:
    return sha256(owner_id.encode()).hexdigest()[:32]


def _safe(filename: str) -> str:
    """Return the name without its end, in characters that every platform takes in an address."""
    stem = PurePosixPath(filename.replace("\\", "/")).stem
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")[:MAX_NAME_CHARACTERS].strip("-") or "file"
