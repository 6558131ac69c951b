"""Turns what an adapter returned or raised into what happens next. The rules of retry stand here and nowhere else."""

from datetime import datetime, timedelta

from minutehand.platforms.catalog import display_name
from minutehand.platforms.port import (
    Contested,
    Discarded,
    InDoubt,
    NotPublished,
    Processing,
    Published,
    PublishError,
    RateLimited,
    Rejected,
    TokenExpired,
    Transient,
    Unanswerable,
)
from minutehand.publishing.work import Outcome, Work
from minutehand.queue.dead_letters import MAX_ATTEMPTS

FIRST_WAIT = timedelta(seconds=5)
"""The wait before the second attempt; it doubles with each attempt after that."""
AT_ONCE = timedelta(0)
"""The wait after a token had run out: there is a new one."""
DATABASE_WAIT = timedelta(seconds=2)
"""The wait after Postgres went away for a moment."""
MAX_RECONCILIATIONS = 12
"""Reconciliations without an answer before a person is told; with their waits, about 50 minutes."""
MAX_RECONCILIATION_WAIT = timedelta(minutes=5)
CONTESTED_WAIT = timedelta(seconds=15)
"""The wait while another call is under way whose post it may be that was found. Not an inquiry: that was answered."""

MAX_PROCESSING = timedelta(hours=6)
"""How long a platform may digest media."""
MAX_REMOTE_TEXT = 2_048

type Answer = Published | Processing | NotPublished | Unanswerable | PublishError


def judge(work: Work, answer: Answer, *, armed: bool, asked: bool, now: datetime) -> Outcome:
    """Return what ``answer`` means for ``work``.

    ``armed``: a publish call was begun, in this attempt or an earlier one. ``asked``: the answer is to the question
    whether an earlier call arrived, not to a call of this attempt.
    """
    attempts = work.attempts + (1 if armed and not asked and work.armed_at is None else 0)
    match answer:
        case Published(remote_id, permalink):
            remote_id, permalink = _printable(remote_id), _link(permalink)
            return Outcome("published", "published", attempts, armed=True, remote_id=remote_id, permalink=permalink)
        case Processing() if now - (work.processing_since or now) > MAX_PROCESSING:
            return _never_ready(work, attempts, armed=armed)
        case Processing(check_after):
            taken = now - (work.processing_since or now)
            wait = max(check_after, taken / 10)  # the longer it takes, the more seldom it is asked
            return Outcome("processing", "processing", attempts, armed=armed, again_at=now + wait)
        case NotPublished():
            return _again("not_landed", "not_landed", _not_landed(work), attempts, now)
        case Unanswerable(reason):
            return Outcome("unknown", "unknown", attempts, armed=True, code="outcome_unknown", reason=reason)
        case Contested() if asked:  # the other call is settled one way or the other, and then this one
            return _unsettled(work, answer, now)
        case PublishError() if asked or _accepted_before(work, answer):
            return _unanswered(work, answer, now)
        case RateLimited(code=code, reason=reason, until=until):
            uncounted = attempts - (1 if armed else 0)
            return Outcome("rate_limited", "queued", uncounted, again_at=until, code=code, reason=reason)
        case TokenExpired(code=code, reason=reason) if armed:  # it has a new token by now
            return _again("transient", code, reason, attempts, now, first_wait=AT_ONCE)
        case Transient(code=code, reason=reason) | TokenExpired(code=code, reason=reason):
            return _again("transient", code, reason, attempts if armed else attempts + 1, now)
        case InDoubt(code=code, reason=reason) if not armed:  # nothing was sent that could be in doubt
            return _again("transient", code, reason, attempts + 1, now)
        case Rejected(code=code, reason=reason):
            return Outcome("failed", "failed", attempts if armed else attempts + 1, code=code, reason=reason)
        case InDoubt(code=code, reason=reason):
            return Outcome(
                "in_doubt", "publishing", attempts, armed=True, again_at=now + FIRST_WAIT, code=code, reason=reason
            )
        case _:
            raise TypeError(f"an adapter answered with {type(answer).__name__}")


def _never_ready(work: Work, attempts: int, *, armed: bool) -> Outcome:
    name = display_name(work.platform)
    hours = MAX_PROCESSING // timedelta(hours=1)
    if armed:
        reason = f"{name} took the post, and has not finished with its media after {hours} hours. Please look there."
        return Outcome("unknown", "unknown", attempts, armed=True, code="outcome_unknown", reason=reason)
    reason = f"{name} has not finished with the media of the post after {hours} hours."
    return Outcome("failed", "failed", attempts, code="processing_timeout", reason=reason)


def _printable(text: str) -> str:
    """Return what a platform sent as an id, without what cannot be stored."""
    return "".join(char for char in text if char.isprintable())[:MAX_REMOTE_TEXT]


def _link(permalink: str | None) -> str | None:
    """Return a link that people may follow; None for whatever else a server sent as one."""
    if permalink is None or not permalink.startswith(("https://", "http://")) or len(permalink) > MAX_REMOTE_TEXT:
        return None
    return permalink if permalink.isprintable() else None


def _accepted_before(work: Work, error: PublishError) -> bool:
    # The platform took the post in an earlier call and is asked how far it is: that we are not let in any more, or any
    # other error on the way, says nothing about the post itself. Only the platform's word on the post does.
    return work.armed_at is not None and not isinstance(error, Discarded)


def given_back(work: Work, *, now: datetime) -> Outcome:
    """Return what happens to a publication during whose preparation Postgres went away: no verdict, no attempt."""
    reason = "Postgres could not be reached for a moment."
    return Outcome(
        "transient",
        "queued",
        work.attempts,
        again_at=now + DATABASE_WAIT,
        same_message=True,
        code="database_unavailable",
        reason=reason,
    )


def _again(
    event: str, code: str, reason: str, attempts: int, now: datetime, first_wait: timedelta = FIRST_WAIT
) -> Outcome:
    if attempts >= MAX_ATTEMPTS:
        gave_up = f"{reason.rstrip('.')}. Given up after {attempts} attempts."
        return Outcome("failed", "failed", attempts, code=code, reason=gave_up)
    wait = first_wait * 2 ** (attempts - 1)
    return Outcome(event, "queued", attempts, again_at=now + wait, same_message=True, code=code, reason=reason)


def _unanswered(work: Work, error: PublishError, now: datetime) -> Outcome:
    reconciliations = work.reconciliations + 1
    if isinstance(error, Rejected) or reconciliations >= MAX_RECONCILIATIONS:
        name = display_name(work.platform)
        reason = f"It may have gone out on {name}, but {name} could not be asked: {error.reason} Please look there."
        return Outcome("unknown", "unknown", work.attempts, armed=True, code="outcome_unknown", reason=reason)
    again_at = now + min(FIRST_WAIT * 2 ** (reconciliations - 1), MAX_RECONCILIATION_WAIT)
    if isinstance(error, RateLimited):
        again_at = max(again_at, error.until)
    return Outcome(
        "unanswered",
        "publishing",
        work.attempts,
        reconciliations=reconciliations,
        armed=True,
        again_at=again_at,
        code=error.code,
        reason=error.reason,
    )


def _unsettled(work: Work, error: Contested, now: datetime) -> Outcome:
    return Outcome(
        "unanswered",
        "publishing",
        work.attempts,
        reconciliations=work.reconciliations,
        armed=True,
        again_at=now + CONTESTED_WAIT,
        code=error.code,
        reason=error.reason,
    )


def _not_landed(work: Work) -> str:
    return f"The call to {display_name(work.platform)} broke off, and the post had not arrived."
