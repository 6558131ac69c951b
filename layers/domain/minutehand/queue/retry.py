"""The limits of retries and the backoff between them. `minutehand.publishing.outcomes` selects the errors to retry."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from minutehand.runtime.configs.retry import RetryConfig


MAX_LEASES = 5
"""The maximum number of leases without a recorded outcome. The publication then ends, because it probably crashes the
publisher."""
MAX_RECONCILIATIONS = 12
"""The maximum number of reconciliations without an answer, which take about half an hour by default. The publication
then ends as unknown.
"""
MAX_RECONCILIATION_BACKOFF = timedelta(minutes=5)
CONTESTED_BACKOFF = timedelta(seconds=15)
"""The wait before the next reconciliation if the post that was found may belong to another publish call. Such a
reconciliation is not counted, because the platform did answer.
"""
CONNECTION_LOST_BACKOFF = timedelta(seconds=2)
"""The wait after an attempt that lost its connection to Postgres."""
DATABASE_UNAVAILABLE_BACKOFF = timedelta(seconds=20)
"""The wait before SQS redelivers messages that arrived while Postgres was unavailable."""
LOCKED_BACKOFF = timedelta(seconds=2)
"""The wait before SQS redelivers a message whose publication another transaction has locked."""
MAX_PREPARATION_TIME = timedelta(hours=6)
"""The maximum time for which transient errors before the publish call are retried, counted from the first error."""
MIN_PREPARATION_BACKOFF, MAX_PREPARATION_BACKOFF = timedelta(seconds=5), timedelta(minutes=5)
"""The first and the longest wait after a transient error before the publish call."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """The maximum number of attempts at the publish call, and the wait between two attempts.

    ``attempts``: the number of failed attempts after which the publication fails. Each attempt uses one receive of the
    message, so the publish queue's maxReceiveCount is the same number. ``delay``: the wait before the second attempt.
    The wait doubles for each later attempt.
    """

    attempts: int = 3
    delay: timedelta = timedelta(seconds=5)

    @classmethod
    def of(cls, config: "RetryConfig") -> Self:
        """Return the retry policy that ``config`` sets."""
        return cls(config.attempts, timedelta(seconds=config.retry_delay_seconds))


def attempts_in_words(number: int) -> str:
    """Return ``number`` with its noun, such as "1 attempt" or "3 attempts"."""
    return "1 attempt" if number == 1 else f"{number} attempts"


def backoff(number: int, *, first: timedelta, maximum: timedelta | None = None) -> timedelta:
    """Return the wait after failure ``number``, counted from 1.

    The wait is ``first`` after the first failure. The wait doubles with each further failure, up to ``maximum``.
    """
    wait: timedelta = first * 2 ** (number - 1)
    return wait if maximum is None else min(wait, maximum)


def next_preparation(
    now: datetime, *, since: datetime, expires_at: datetime | None, earliest: datetime | None = None
) -> datetime | None:
    """Return the time of the next attempt after a transient error before the publish call, or None if it is too late.

    The wait is 5 s after the first error, and doubles with each further error, up to 5 minutes. The last attempt begins
    5 s before the window closes, or 5 s before six hours have passed since the first error, whichever is earlier.

    ``since``: the time of the first error. ``expires_at``: the end of the publication's window, or None if the window
    has no end. ``earliest``: the earliest time at which an attempt can succeed, if it is known.
    """
    end = since + MAX_PREPARATION_TIME
    if expires_at is not None:
        end = min(end, expires_at)
    last = end - MIN_PREPARATION_BACKOFF
    if now >= last:
        return None
    # If waits double from 5 s on, each wait is 5 s longer than the sum of all earlier waits.
    wait = min(now - since + MIN_PREPARATION_BACKOFF, MAX_PREPARATION_BACKOFF)
    at = min(now + wait, last)
    if earliest is not None:
        at = max(at, earliest)
    return at if at <= last else None
