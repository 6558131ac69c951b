"""The tasks of the collector. A task reads due publications of a connection, or the number of its followers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from minutehand.platforms.errors import PublishError
from minutehand.platforms.metrics import Metric, Metrics


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection with its sealed token. ``account_id`` is None if the account is no longer connected."""

    id: UUID
    owner_id: str
    platform: str
    account_id: str | None
    handle: str | None
    base_url: str | None
    status: str | None
    ciphertext: bytes | None = field(repr=False)
    token_expires_at: datetime | None

    def is_readable(self, now: datetime) -> bool:
        """Return whether the connection is active and has a token that has not expired."""
        expired = self.token_expires_at is not None and self.token_expires_at <= now
        return self.status == "active" and self.ciphertext is not None and not expired

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Connection":
        """Return the connection from a row of a statement that claims readings."""
        return cls(
            row["connection_id"],
            row["owner_id"],
            row["platform"],
            row["account_id"],
            row["handle"],
            row["base_url"],
            row["status"],
            row["ciphertext"],
            row["token_expires_at"],
        )


@dataclass(frozen=True, slots=True)
class DuePublication:
    """A claimed publication. ``tries``: the number of claims since the last result, including this claim."""

    id: UUID
    remote_id: str
    part: int
    published_at: datetime
    tries: int
    missing_at: datetime | None
    options: Mapping[str, Any]

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "DuePublication":
        """Return the publication from a row of the statement ``claim_publications``."""
        options = row["options"] if isinstance(row["options"], Mapping) else {}
        return cls(
            row["publication_id"],
            row["remote_id"],
            row["part"],
            row["published_at"],
            row["tries"],
            row["missing_at"],
            options,
        )


@dataclass(slots=True)
class Task:
    """A task for one connection, with its results. ``error``: the reason why metrics are missing, or None.

    ``tries``: the number of claims since the last result, including this claim. If this number differs between the
    publications, ``tries`` is the largest.
    """

    connection: Connection
    publications: list[DuePublication] = field(default_factory=list)
    found: dict[UUID, Metrics | None] = field(default_factory=dict)
    followers: Metric | None = None
    error: PublishError | None = None
    tries: int = 1


MAX_CONNECTIONS = 8
"""The maximum number of connections of a round, which are read at the same time."""
FIRST_WAIT, MAX_WAIT = timedelta(minutes=10), timedelta(hours=6)
"""The wait after the first try without a result, and the maximum wait. The wait doubles with each further try."""
CLAIM: Mapping[str, Any] = {
    "connections_per_owner": 4,
    "max_connections": MAX_CONNECTIONS,
    "window": 500,
    "first_wait": FIRST_WAIT,
    "max_wait": MAX_WAIT,
}
"""The parameters of the claims. ``window``: the maximum number of due rows of each platform that a claim reads."""


def wait_after(tries: int) -> timedelta:
    """Return the wait after ``tries`` tries without a result. The statements that claim rows compute the same wait."""
    return min(FIRST_WAIT * (1 << min(tries - 1, 10)), MAX_WAIT)
