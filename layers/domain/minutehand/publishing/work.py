"""A leased publication, and the outcome of an attempt to publish it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from aws_lambda_powertools.logging import Logger

from minutehand.platforms.composition import compose, part_count
from minutehand.platforms.port import Content

_POST_COLUMNS = frozenset(["content", "media_urls", "alt_texts", "platform_options", "variants", "reply_to"])

logger = Logger(child=True)


@dataclass(frozen=True, slots=True)
class Work:
    """A leased publication with all values that its adapter needs. ``previous_state``: the state before the lease."""

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
    previous_state: str
    attempts: int
    reconciliations: int
    leases: int
    armed_at: datetime | None
    checkpoint: dict[str, str]
    only_publication: bool
    """Whether the post has no other publication, in this job or an earlier one."""
    content: Content | None
    """The content, or None if an internal error prevents its composition. The error must not affect the other
    publications of the batch.
    """
    connection_id: UUID | None
    account_id: str | None
    handle: str | None
    base_url: str | None
    connection_status: str | None
    connection_status_reason: str | None
    ciphertext: bytes | None = field(repr=False)
    started_at: datetime | None = None
    """The time at which an earlier attempt began the first publish call, or None if there was no call."""
    processing_since: datetime | None = None
    """The time at which the platform began to process the media, or None if no processing has begun."""
    retrying_since: datetime | None = None
    """The time of the first error in the current series of retries before the publish call, or None if there is none.
    """
    failure_code: str | None = None
    failure_reason: str | None = None
    """The last error, which made the publication wait, or None if there is none."""
    token_expires_at: datetime | None = None
    post: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """The columns of the post that provide the content of each part."""

    @property
    def has_parts(self) -> bool:
        """Whether another part of the post may wait for this one: a part of a thread, or a first comment."""
        return bool(self.post["platform_options"])

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Self:
        """Return the publication from a row of the statement ``lease``."""
        content = _content(row)
        post = {name: row.pop(name) for name in _POST_COLUMNS}
        return cls(**row, content=content, post=post)


def _content(row: dict[str, Any]) -> Content | None:
    platform, part = row["platform"], row["part"]
    try:
        if part == 1:
            for later in range(2, part_count(row, platform) + 1):  # do not begin a thread that cannot be finished
                compose(row, platform, later)
        return compose(row, platform, part, row["reply_to"])
    except Exception:
        logger.exception("a post cannot be composed", extra={"publication": row["id"], "post": row["post_id"]})
        return None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of an attempt, as the ledger records it, and the time of the next attempt.

    ``event``: the ledger's event. ``state``: the publication's next state. ``next_attempt_at``: the time of the next
    attempt, or None if the publication has ended. ``reuse_message``: whether SQS delivers the same message again for
    the next attempt. Otherwise a new message is sent.
    """

    event: str
    state: str
    attempts: int
    reconciliations: int = 0
    armed: bool = False
    next_attempt_at: datetime | None = None
    reuse_message: bool = False
    remote_id: str | None = None
    permalink: str | None = None
    code: str | None = None
    reason: str | None = None
    retrying_since: datetime | None = None
    """The time of the first error in the current series of retries before the publish call, or None if there is none.
    """
    called_at: datetime | None = None
    """The time at which this attempt began the publish call, or None if this attempt made no call."""
