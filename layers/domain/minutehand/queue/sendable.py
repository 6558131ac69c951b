"""A publication whose message is to be sent to the publish queue."""

from datetime import datetime
from typing import Any, NamedTuple, Self
from uuid import UUID


class Sendable(NamedTuple):
    """A publication whose message is to be sent. ``at``: the time of the publication's next attempt."""

    id: UUID
    job_id: UUID
    owner_id: str
    at: datetime

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Self:
        """Return the publication to send from a row that has ``next_attempt_at``."""
        return cls(row["id"], row["job_id"], row["owner_id"], row["next_attempt_at"])
