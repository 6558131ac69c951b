"""A publication in the hands of a publisher, and what may come of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from aws_lambda_powertools.logging import Logger

from minutehand.platforms.composition import compose, part_count
from minutehand.platforms.port import Content

_OF_THE_POST = frozenset(["content", "media_urls", "alt_texts", "platform_options", "variants", "reply_to"])

logger = Logger(child=True)


@dataclass(frozen=True, slots=True)
class Work:
    """A leased publication with all that its platform needs. ``was``: its state before the lease."""

    id: UUID
    post_id: UUID
    job_id: UUID
    owner_id: str
    platform: str
    sandbox: bool
    part: int
    due_at: datetime
    expires_at: datetime | None
    next_attempt_at: datetime
    was: str
    attempts: int
    reconciliations: int
    leases: int
    armed_at: datetime | None
    checkpoint: dict[str, str]
    content: Content | None
    """None: the post cannot be read, which is an error of ours and no reason to let the rest of a batch wait."""
    connection_id: UUID | None
    account_id: str | None
    handle: str | None
    base_url: str | None
    connection_status: str | None
    connection_status_reason: str | None
    ciphertext: bytes | None = field(repr=False)
    started_at: datetime | None = None
    """When its first publish call began, in an earlier run."""
    processing_since: datetime | None = None
    """Since when the platform digests its media, without an interruption."""
    token_expires_at: datetime | None = None
    post: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """What its content was taken from: the post with all of its parts."""

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Self:
        """Take it from a row of the query ``lease``."""
        values = {name: value for name, value in row.items() if name not in _OF_THE_POST}
        post = {name: row[name] for name in _OF_THE_POST}
        return cls(**values, content=_content(row), post=post)


def _content(row: dict[str, Any]) -> Content | None:
    platform, part = row["platform"], row["part"]
    try:
        if part == 1:
            for later in range(2, part_count(row, platform) + 1):  # a thread that is known to break off is not begun
                compose(row, platform, later)
        return compose(row, platform, part, row["reply_to"])
    except Exception:
        logger.exception("a post cannot be read", extra={"publication": row["id"], "post": row["post_id"]})
        return None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is to be recorded of a publication, and how it comes back where it is not over.

    ``event`` is what the ledger says; ``state`` the publication's next state; ``again_at`` when it wants work again.
    ``same_message``: its own message comes back for that (a retry); otherwise a new one is sent.
    """

    event: str
    state: str
    attempts: int
    reconciliations: int = 0
    armed: bool = False
    again_at: datetime | None = None
    same_message: bool = False
    remote_id: str | None = None
    permalink: str | None = None
    code: str | None = None
    reason: str | None = None
    called_at: datetime | None = None
    """When the publish call of this run began."""
