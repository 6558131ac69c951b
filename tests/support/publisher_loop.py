"""Drive a publication to its outcome after a failure or a crash, as the publisher does."""

from datetime import timedelta

from minutehand.platforms.port import (
    Account,
    Adapter,
    Content,
    InDoubt,
    NotPublished,
    Processing,
    Published,
    Transient,
    Unanswerable,
)
from tests.support.attempts import FakeAttempt

MAX_CALLS = 20


def finish(
    adapter: Adapter, content: Content, account: Account, attempt: FakeAttempt, *, seconds: float = 5
) -> Published | Unanswerable:
    """Publish, resume and reconcile at intervals of ``seconds``, until the publication has an outcome."""
    processing = False
    attempt = attempt.again(seconds=seconds)
    for _ in range(MAX_CALLS):
        in_doubt = attempt.armed_at is not None and not processing
        answer: Published | Processing | NotPublished | Unanswerable
        try:
            if in_doubt:
                answer = adapter.reconcile(content, account, attempt)
            elif processing:
                answer = adapter.resume(content, account, attempt)
            else:
                answer = adapter.publish(content, account, attempt)
        except InDoubt:
            processing, attempt = False, attempt.again(seconds=seconds)
            continue
        except Transient:
            # After the publish call has begun, only the platform knows the outcome; before it, nothing was published.
            armed = attempt.armed_at is not None
            attempt = attempt.again(seconds=seconds) if armed else next_attempt(attempt, seconds=seconds)
            processing = False
            continue
        if isinstance(answer, Published | Unanswerable):
            return answer
        processing = isinstance(answer, Processing)
        attempt = attempt.again(seconds=seconds) if processing else next_attempt(attempt, seconds=seconds)
    raise AssertionError("The publication has no outcome.")


def next_attempt(attempt: FakeAttempt, *, seconds: float) -> FakeAttempt:
    """Return the attempt after one that certainly published nothing."""
    return FakeAttempt(
        publication_id=attempt.publication_id,
        checkpoint=attempt.checkpoint,
        now=attempt.now() + timedelta(seconds=seconds),
    )
