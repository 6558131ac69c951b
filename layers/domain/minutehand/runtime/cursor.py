"""Cursors: an opaque text that names the last row of a page, from which the next page continues."""

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from minutehand.runtime.validation import invalid


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row of a page: its id, and the time by which the list is sorted; None if the row has none."""

    at: datetime | None
    id: UUID

    def encode(self, *list_key: str | None) -> str:
        """Return the text of this cursor for a list. ``list_key``: its owner, order and filters."""
        position = [self.at.isoformat() if self.at else None, str(self.id)]
        text = json.dumps([*position, _checksum(position, list_key)], separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str, *list_key: str | None) -> Self:
        """Return the cursor that `encode` wrote for the same list.

        Raises:
            InvalidInput: the text is not a cursor, was changed, or belongs to another list.
        """
        try:
            padded = text.encode("ascii") + b"=" * (-len(text) % 4)
            at, id_, checksum = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
            if checksum != _checksum([at, id_], list_key):
                raise ValueError
            return cls(datetime.fromisoformat(at) if at else None, UUID(id_))
        except (ValueError, TypeError, AttributeError, RecursionError, binascii.Error):
            raise invalid(
                "cursor",
                "cursor is not valid for this list. Use the nextCursor of a page with the same orderBy and filters.",
                given=text,
            ) from None


def _checksum(position: list[str | None], list_key: tuple[str | None, ...]) -> str:
    # It guards against mistakes only. A forged cursor does no harm: it shows other pages of the caller's own list.
    return hashlib.sha256(json.dumps([position, list_key]).encode()).hexdigest()[:16]
