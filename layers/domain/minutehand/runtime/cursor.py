"""Where a page of a list ended: an opaque text from which the next page goes on, by key."""

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
    """The last row of a page: its id, and the moment by which the list is ordered (None: it has no time)."""

    at: datetime | None
    id: UUID

    def write(self, *lists: str | None) -> str:
        """Return the text of this cursor for the list that ``lists`` describes: its owner, order and filters."""
        position = [self.at.isoformat() if self.at else None, str(self.id)]
        text = json.dumps([*position, _seal(position, lists)], separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str, *lists: str | None) -> Self:
        """Read what `write` gave for the same list.

        Raises:
            InvalidInput: it is no cursor, was changed, or belongs to another list.
        """
        try:
            padded = text.encode("ascii") + b"=" * (-len(text) % 4)
            at, id_, seal = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
            if seal != _seal([at, id_], lists):
                raise ValueError
            return cls(datetime.fromisoformat(at) if at else None, UUID(id_))
        except (ValueError, TypeError, AttributeError, RecursionError, binascii.Error):
            raise invalid(
                "cursor",
                "cursor is not valid for this list: take the nextCursor of an answer to the same orderBy and filters.",
                given=text,
            ) from None


def _seal(position: list[str | None], lists: tuple[str | None, ...]) -> str:
    # Against mistakes, not against forgers: a forged cursor shows its forger nothing but other pages of their own list.
    return hashlib.sha256(json.dumps([position, lists]).encode()).hexdigest()[:16]
