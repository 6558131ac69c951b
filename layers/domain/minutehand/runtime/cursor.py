"""Cursors for pagination. A cursor is an opaque text that identifies a position in one list."""

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple, Self
from uuid import UUID

from minutehand.runtime.validation import invalid


class BadCursor(ValueError):
    """The text is not a cursor, was changed, or belongs to another list."""


def encode(position: Sequence[str | int | None], list_key: Sequence[str | None]) -> str:
    """Return a cursor for ``position`` as text, for one list only. ``list_key``: the owner, order and filters of the
    list.
    """
    text = json.dumps([*position, _checksum(position, list_key)], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(text: str, list_key: Sequence[str | None]) -> list[Any]:
    """Return the position in a text that `encode` returned for the same list.

    Raises:
        BadCursor: ``text`` is not a cursor, was changed, or belongs to another list.
    """
    position: list[Any]
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        *position, checksum = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if checksum != _checksum(position, list_key):
            raise BadCursor
    except (ValueError, TypeError, RecursionError, binascii.Error):
        raise BadCursor from None
    return position


class Cursor(NamedTuple):
    """The last row of a page. ``at``: the time by which the list is sorted, or None if the row has no such time."""

    at: datetime | None
    id: UUID

    def encode(self, *list_key: str | None) -> str:
        """Return this cursor as text, for one list only; see the function `encode`."""
        return encode([self.at.isoformat() if self.at else None, str(self.id)], list_key)

    @classmethod
    def decode(cls, text: str, *list_key: str | None) -> Self:
        """Parse a text that `encode` returned for the same list.

        Raises:
            InvalidInput: the text is not a cursor, was changed, or belongs to another list.
        """
        try:
            at, id_ = decode(text, list_key)
            return cls(datetime.fromisoformat(at) if at else None, UUID(id_))
        except (ValueError, TypeError, AttributeError):
            raise invalid(
                "cursor",
                "cursor is not valid for this list. Use the nextCursor of a page with the same filters and order.",
                given=text,
            ) from None


def _checksum(position: Sequence[object], list_key: Sequence[str | None]) -> str:
    # The checksum guards only against mistakes. A forged cursor does no harm, because it selects another page of the
    # caller's own list.
    import hashlib  # imported late, because most requests have no cursor

    return hashlib.sha256(json.dumps([position, list_key]).encode()).hexdigest()[:16]
