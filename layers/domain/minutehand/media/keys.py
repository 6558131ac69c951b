"""The object keys of media items: ``<digest of the owner>/<id>/<name>``."""

import re
import unicodedata
from hashlib import sha256
from pathlib import PurePosixPath
from uuid import UUID

from minutehand.media.types import MEDIA_TYPES

MAX_NAME_CHARACTERS = 80


def object_key(owner_id: str, media_id: UUID, filename: str, content_type: str) -> str:
    """Return the object key of a media item.

    Keys are part of URLs that platforms see, so the key contains a digest of the owner's id instead of the id. The
    item's id makes the key unique. The name is included for platforms that show the name or rely on its extension.
    """
    return f"{_digest(owner_id)}/{media_id}/{_safe(filename)}{MEDIA_TYPES[content_type].extension}"


def thumbnail_key(key: str) -> str:
    """Return the object key of an item's thumbnail. ``key``: the object key of the item.

    No media file has this name, because `object_key` puts no underscore into names.
    """
    return f"{key.rpartition('/')[0]}/_thumbnail.webp"


def _digest(owner_id: str) -> str:
    return sha256(owner_id.encode()).hexdigest()[:32]


def _safe(filename: str) -> str:
    """Return the name without its extension, in characters that every platform accepts in a URL."""
    stem = PurePosixPath(filename.replace("\\", "/")).stem
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")[:MAX_NAME_CHARACTERS].strip("-") or "file"
