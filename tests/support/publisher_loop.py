"""Goes on with a publication after a failure or a crash, as the publisher does."""

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

RUNS = 20


def finish(
    adapter: Adapter, content: Content, account: Account, attempt: FakeAttempt, *, seconds: float = 5
) -> Published | Unanswerable:
    """Publish, resume and reconcile, each ``seconds`` after the one before, until it is over one way or the other."""
    processing = False
    attempt = attempt.again(seconds=seconds)
    for _ in range(RUNS):
        asked = attempt.armed_at is not None and not processing
        answer: Published | Processing | NotPublished | Unanswerable
        try:
            if asked:
                answer = adapter.reconcile(content, account, attempt)
            elif processing:
                answer = adapter.resume(content, account, attempt)
            else:
                answer = adapter.publish(content, account, attempt)
        except InDoubt:
            processing, attempt = False, attempt.again(seconds=seconds)
            continue
        except Transient:
            # Of a post that was taken before, the platform is asked; any other was certainly not taken.
            keeps = attempt.armed_at is not None
            attempt = attempt.again(seconds=seconds) if keeps else fresh(attempt, seconds=seconds)
            processing = False
            continue
        if isinstance(answer, Published | Unanswerable):
            return answer
        processing = isinstance(answer, Processing)
        attempt = attempt.again(seconds=seconds) if processing else fresh(attempt, seconds=seconds)
    raise AssertionError("it never ended")


def fresh(attempt: FakeAttempt, *, seconds: float) -> FakeAttempt:
    """Return the next try after one that certainly published nothing."""
    return FakeAttempt(
        publication_id=attempt.publication_id,
        checkpoint=attempt.checkpoint,
        now=attempt.now() + timedelta(seconds=seconds),
    )
