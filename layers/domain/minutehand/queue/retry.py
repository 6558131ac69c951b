"""The limits of retries and the backoff between them. `minutehand.publishing.outcomes` says which error is retried."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from minutehand.runtime.config import RetryConfig

MAX_LEASES = 5
"""Leases without a recorded outcome before a publication ends, because it probably crashes the publisher."""
MAX_RECONCILIATIONS = 12
"""Reconciliations without an answer before a publication ends as unknown; with their backoffs, about 50 minutes."""
MAX_RECONCILIATION_BACKOFF = timedelta(minutes=5)
CONTESTED_BACKOFF = timedelta(seconds=15)
"""The wait until another publish call, which may own the post that was found, is settled. It does not count as a
reconciliation, because the platform did answer."""
CONNECTION_LOST_BACKOFF = timedelta(seconds=2)
"""The wait after the connection to Postgres broke during an attempt."""
DATABASE_UNAVAILABLE_BACKOFF = timedelta(seconds=20)
"""The wait of messages that a publisher received while Postgres was unavailable."""
LOCKED_BACKOFF = timedelta(seconds=2)
"""The wait of a message whose publication is locked by another statement."""
VAULT_UNAVAILABLE_BACKOFF = timedelta(seconds=20)
"""The wait after a token could not be decrypted because KMS is unavailable."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often a publication is attempted, and how long it waits between two attempts.

    ``attempts``: the publication fails when this many have failed. Each is a receive of its message, so the publish
    queue's maxReceiveCount is the same number. ``delay``: the wait before the second attempt; each later one doubles.
    """

    attempts: int = 3
    delay: timedelta = timedelta(seconds=5)

    @classmethod
    def of(cls, config: RetryConfig) -> Self:
        """Return the policy in a function's configuration."""
        return cls(config.attempts, timedelta(seconds=config.retry_delay_seconds))


def backoff(number: int, *, first: timedelta, maximum: timedelta | None = None) -> timedelta:
    """Return the wait after failure ``number``, counted from 1: ``first``, doubled by each more, up to ``maximum``."""
    wait: timedelta = first * 2 ** (number - 1)
    return wait if maximum is None else min(wait, maximum)
