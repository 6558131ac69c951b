"""The retry rules, which derive the outcome of an attempt from its adapter's return value or error."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from minutehand.platforms.catalog import display_name
from minutehand.platforms.errors import (
    Contested,
    Discarded,
    InDoubt,
    PublishError,
    RateLimited,
    Rejected,
    ServiceUnavailable,
    TokenExpired,
    Transient,
)
from minutehand.platforms.port import OMITTED, NotPublished, Processing, Published, Unanswerable
from minutehand.publishing.windows import past_window
from minutehand.publishing.work import Outcome, Work
from minutehand.queue.retry import (
    CONNECTION_LOST_BACKOFF,
    CONTESTED_BACKOFF,
    MAX_PREPARATION_TIME,
    MAX_RECONCILIATION_BACKOFF,
    MAX_RECONCILIATIONS,
    RetryPolicy,
    attempts_in_words,
    backoff,
    next_preparation,
)

NO_BACKOFF = timedelta(0)
"""The wait before the next attempt after an expired token has been refreshed."""
MAX_PROCESSING = timedelta(hours=6)
"""The maximum time that a platform may take to process media."""
MAX_REMOTE_TEXT = 2_048
"""The maximum number of characters in a remote id or a permalink."""

DEFAULT_POLICY = RetryPolicy()

type AdapterResult = Published | Processing | NotPublished | Unanswerable | PublishError
"""The value that an adapter returned, or the error that it raised."""


def outcome_of(
    work: Work,
    result: AdapterResult,
    *,
    armed: bool,
    reconciling: bool,
    now: datetime,
    policy: RetryPolicy = DEFAULT_POLICY,
) -> Outcome:
    """Return the outcome of an attempt at ``work`` that ended with ``result``.

    ``armed``: whether this attempt or an earlier one may have made the publish call. ``reconciling``: whether the
    attempt reconciled an earlier publish call in doubt.
    """
    attempts = work.attempts + (1 if armed and not reconciling and work.armed_at is None else 0)
    match result:
        case Published(remote_id, permalink):
            remote_id, permalink = _printable(remote_id), _safe_link(permalink)
            return Outcome("published", "published", attempts, armed=True, remote_id=remote_id, permalink=permalink)
        case Processing() if now - (work.processing_since or now) > MAX_PROCESSING:
            return _processing_timeout(work, attempts, armed=armed)
        case Processing(check_after):
            elapsed = now - (work.processing_since or now)
            wait = max(check_after, elapsed / 10)  # the longer the processing takes, the less often it is checked
            return Outcome("processing", "processing", attempts, armed=armed, next_attempt_at=now + wait)
        case NotPublished(code, reason):
            return _retry("not_landed", code, reason or _not_landed(work), attempts, now, policy)
        case Unanswerable(reason):
            return Outcome("unknown", "unknown", attempts, armed=True, code="outcome_unknown", reason=reason)
        case Contested() if reconciling:  # the other publish call is resolved first
            return _contested(work, result, now)
        case PublishError() if reconciling or _accepted_before(work, result):
            return _not_reconciled(work, result, now, policy)
        case RateLimited():
            return _rate_limited(work, result, attempts, armed=armed)
        case ServiceUnavailable():
            return _retry_preparation(work, result, now)
        case TokenExpired(code=code, reason=reason) if armed:  # the publisher has refreshed the token
            return _retry("transient", code, reason, attempts, now, replace(policy, delay=NO_BACKOFF))
        case TokenExpired(code=code, reason=reason):  # the platform refuses a token that was just refreshed
            return _retry("transient", code, reason, attempts + 1, now, policy)
        case Transient(code=code, reason=reason) if armed:
            return _retry("transient", code, reason, attempts, now, policy)
        case Transient() | InDoubt() if not armed:  # if no publish call was made, nothing is in doubt
            return _retry_preparation(work, result, now)
        case Rejected(code=code, reason=reason):
            return Outcome("failed", "failed", attempts if armed else attempts + 1, code=code, reason=reason)
        case InDoubt(code=code, reason=reason):
            return Outcome(
                "in_doubt",
                "publishing",
                attempts,
                armed=True,
                next_attempt_at=now + policy.delay,
                code=code,
                reason=reason,
            )
        case _:
            raise TypeError(f"an adapter returned {type(result).__name__}")


def with_omissions(outcome: Outcome, checkpoint: Mapping[str, str]) -> Outcome:
    """Add to the ``outcome`` of a published publication the sentences about omitted content. Adapters save these
    sentences in the checkpoint under names that begin with `OMITTED`.
    """
    sentences = [sentence for name, sentence in checkpoint.items() if name.startswith(OMITTED) and sentence]
    if outcome.state != "published" or not sentences:
        return outcome
    return replace(outcome, code="omitted", reason=" ".join(sentences))


def connection_lost(work: Work, *, now: datetime) -> Outcome:
    """Return the outcome of a preparation that lost the connection to Postgres. A preparation is not an attempt."""
    return Outcome(
        "transient",
        "queued",
        work.attempts,
        next_attempt_at=now + CONNECTION_LOST_BACKOFF,
        reuse_message=True,
        retrying_since=work.retrying_since,
        code="database_unavailable",
        reason="The database could not be reached.",
    )


def _processing_timeout(work: Work, attempts: int, *, armed: bool) -> Outcome:
    name = display_name(work.platform)
    hours = MAX_PROCESSING // timedelta(hours=1)
    if armed:
        reason = f"{name} accepted the post but did not process its media within {hours} hours. Check the account."
        return Outcome("unknown", "unknown", attempts, armed=True, code="outcome_unknown", reason=reason)
    reason = f"{name} did not process the post's media within {hours} hours. Retry the post."
    return Outcome("failed", "failed", attempts, code="processing_timeout", reason=reason)


def _printable(text: str) -> str:
    """Return a platform's id without unprintable characters, truncated if necessary."""
    return "".join(char for char in text if char.isprintable())[:MAX_REMOTE_TEXT]


def _safe_link(permalink: str | None) -> str | None:
    """Return ``permalink`` if it is a link that people may follow, otherwise None."""
    if permalink is None or not permalink.startswith(("https://", "http://")) or len(permalink) > MAX_REMOTE_TEXT:
        return None
    return permalink if permalink.isprintable() else None


def _accepted_before(work: Work, error: PublishError) -> bool:
    # The platform accepted an earlier publish call and is processing the post. An error in the meantime, such as a
    # revoked token, does not show what became of the post. Only `Discarded` shows that the post is not published.
    return work.armed_at is not None and not isinstance(error, Discarded)


def _retry(event: str, code: str, reason: str, attempts: int, now: datetime, policy: RetryPolicy) -> Outcome:
    if attempts >= policy.attempts:
        gave_up = f"{reason.rstrip('.')}. We gave up after {attempts_in_words(attempts)}. Retry the post."
        return Outcome("failed", "failed", attempts, code=code, reason=gave_up)
    next_attempt_at = now + backoff(attempts, first=policy.delay)
    return Outcome(
        event, "queued", attempts, next_attempt_at=next_attempt_at, reuse_message=True, code=code, reason=reason
    )


def _retry_preparation(work: Work, error: PublishError, now: datetime) -> Outcome:
    """Return the outcome of a transient error before a publish call was accepted. The error does not count as an
    attempt.
    """
    since = work.retrying_since or now
    earliest = error.until if isinstance(error, ServiceUnavailable) else None
    at = next_preparation(now, since=since, expires_at=work.expires_at, earliest=earliest)
    if at is not None:
        return Outcome(
            "transient",
            "queued",
            work.attempts,
            next_attempt_at=at,
            retrying_since=since,
            code=error.code,
            reason=error.reason,
        )
    if work.expires_at is not None and work.expires_at <= since + MAX_PREPARATION_TIME:
        reason = past_window(work, error.reason)
    else:
        hours = MAX_PREPARATION_TIME // timedelta(hours=1)
        reason = f"{error.reason} We gave up after {hours} hours. Retry the post."
    return Outcome("failed", "failed", work.attempts, code=error.code, reason=reason)


def _rate_limited(work: Work, error: RateLimited, attempts: int, *, armed: bool) -> Outcome:
    uncounted = attempts - (1 if armed else 0)
    if work.expires_at is not None and error.until > work.expires_at:
        return Outcome("failed", "failed", uncounted, code=error.code, reason=past_window(work, error.reason))
    return Outcome(
        "rate_limited",
        "queued",
        uncounted,
        next_attempt_at=error.until,
        retrying_since=None if armed else work.retrying_since,
        code=error.code,
        reason=error.reason,
    )


def _not_reconciled(work: Work, error: PublishError, now: datetime, policy: RetryPolicy) -> Outcome:
    reconciliations = work.reconciliations + 1
    if isinstance(error, Rejected) or reconciliations >= MAX_RECONCILIATIONS:
        name = display_name(work.platform)
        reason = f"We could not confirm whether this post was published on {name}. {error.reason} Check the account."
        return Outcome("unknown", "unknown", work.attempts, armed=True, code="outcome_unknown", reason=reason)
    next_attempt_at = now + backoff(reconciliations, first=policy.delay, maximum=MAX_RECONCILIATION_BACKOFF)
    if isinstance(error, RateLimited | ServiceUnavailable):
        next_attempt_at = max(next_attempt_at, error.until)
    return Outcome(
        "unanswered",
        "publishing",
        work.attempts,
        reconciliations=reconciliations,
        armed=True,
        next_attempt_at=next_attempt_at,
        code=error.code,
        reason=error.reason,
    )


def _contested(work: Work, error: Contested, now: datetime) -> Outcome:
    return Outcome(
        "unanswered",
        "publishing",
        work.attempts,
        reconciliations=work.reconciliations,
        armed=True,
        next_attempt_at=now + CONTESTED_BACKOFF,
        code=error.code,
        reason=error.reason,
    )


def _not_landed(work: Work) -> str:
    return f"The call to {display_name(work.platform)} failed, and the post was not published."
