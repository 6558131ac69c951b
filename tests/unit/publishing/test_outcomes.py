"""The outcome of every result of an adapter, in every situation."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from minutehand.platforms.port import (
    Content,
    Contested,
    Discarded,
    InDoubt,
    NotPublished,
    Processing,
    Published,
    PublishError,
    RateLimited,
    Rejected,
    ServiceUnavailable,
    TokenExpired,
    Transient,
    Unanswerable,
)
from minutehand.publishing.outcomes import AdapterResult, outcome_of
from minutehand.publishing.work import Outcome, Work
from minutehand.queue.retry import CONTESTED_BACKOFF, MAX_RECONCILIATIONS, RetryPolicy

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WORK = Work(
    id=UUID(int=1),
    post_id=UUID(int=2),
    job_id=UUID(int=3),
    owner_id="ada",
    platform="bluesky",
    part=1,
    sandbox=False,
    due_at=NOW,
    expires_at=None,
    next_attempt_at=NOW,
    previous_state="queued",
    attempts=0,
    reconciliations=0,
    leases=1,
    armed_at=None,
    checkpoint={},
    only_publication=True,
    content=Content("The kiln is warm."),
    connection_id=None,
    account_id=None,
    handle=None,
    base_url=None,
    connection_status=None,
    connection_status_reason=None,
    ciphertext=None,
)
PROCESSED = replace(WORK, previous_state="processing", attempts=1, armed_at=NOW)
"""The platform accepted the post in an earlier publish call, and processes its media."""
DOUBTED = replace(WORK, previous_state="publishing", attempts=1, armed_at=NOW)
"""An earlier publish call is in doubt."""

UNTIL = NOW + timedelta(seconds=200)
PUBLISHED = Published("at://1", "https://example.org/1")
PROCESSING = Processing(timedelta(seconds=7))
TRANSIENT = Transient("unreachable", "It could not be reached.")
EXPIRED = TokenExpired("token_expired", "The token has expired.")
LIMITED = RateLimited("rate_limited", "Its rate limit is exceeded.", until=UNTIL)
UNAVAILABLE = ServiceUnavailable("vault_unavailable", "The token could not be decrypted.", until=UNTIL)
REJECTED = Rejected("rejected", "It rejected the post.")
DISCARDED = Discarded("media_failed", "It could not process the video.")
DOUBT = InDoubt("no_answer", "It did not respond.")
CONTESTED = Contested("another_call", "The post may belong to another publication.")


def seconds(outcome: Outcome) -> float | None:
    return None if outcome.next_attempt_at is None else (outcome.next_attempt_at - NOW).total_seconds()


@pytest.mark.parametrize(
    ("result", "armed", "state", "event", "attempts", "wait", "stays_armed", "reuse_message"),
    [
        (PUBLISHED, True, "published", "published", 1, None, True, False),
        (PROCESSING, False, "processing", "processing", 0, 7, False, False),
        (PROCESSING, True, "processing", "processing", 1, 7, True, False),
        (TRANSIENT, False, "queued", "transient", 0, 5, False, False),
        (TRANSIENT, True, "queued", "transient", 1, 5, False, True),
        (EXPIRED, False, "queued", "transient", 1, 5, False, True),
        (EXPIRED, True, "queued", "transient", 1, 0, False, True),  # with the refreshed token
        (LIMITED, False, "queued", "rate_limited", 0, 200, False, False),
        (LIMITED, True, "queued", "rate_limited", 0, 200, False, False),
        (REJECTED, False, "failed", "failed", 1, None, False, False),
        (REJECTED, True, "failed", "failed", 1, None, False, False),
        (UNAVAILABLE, False, "queued", "transient", 0, 200, False, False),
        (UNAVAILABLE, True, "queued", "transient", 0, 200, False, False),
        (DOUBT, False, "queued", "transient", 0, 5, False, False),
        (DOUBT, True, "publishing", "in_doubt", 1, 5, True, False),
    ],
)
def test_first_attempt_has_an_outcome_for_each_result(
    result: AdapterResult,
    armed: bool,
    state: str,
    event: str,
    attempts: int,
    wait: float | None,
    stays_armed: bool,
    reuse_message: bool,
) -> None:
    outcome = outcome_of(WORK, result, armed=armed, reconciling=False, now=NOW)
    assert (outcome.state, outcome.event, outcome.attempts) == (state, event, attempts)
    assert (seconds(outcome), outcome.armed, outcome.reuse_message) == (wait, stays_armed, reuse_message)


@pytest.mark.parametrize("armed", [False, True])
def test_third_expired_token_fails_the_publication(armed: bool) -> None:
    outcome = outcome_of(replace(WORK, attempts=2), EXPIRED, armed=armed, reconciling=False, now=NOW)
    assert (outcome.state, outcome.reason) == (
        "failed",
        "The token has expired. We gave up after 3 attempts. Retry the post.",
    )


def test_only_attempt_is_named_in_the_singular() -> None:
    policy = RetryPolicy(attempts=1)
    outcome = outcome_of(WORK, TRANSIENT, armed=True, reconciling=False, now=NOW, policy=policy)
    assert outcome.reason == "It could not be reached. We gave up after 1 attempt. Retry the post."


@pytest.mark.parametrize(("made", "state", "wait"), [(0, "queued", 5), (1, "queued", 10), (2, "failed", None)])
def test_transient_errors_of_the_publish_call_back_off_5_and_10_seconds_and_the_third_fails(
    made: int, state: str, wait: float | None
) -> None:
    outcome = outcome_of(replace(WORK, attempts=made), TRANSIENT, armed=True, reconciling=False, now=NOW)
    assert (outcome.state, seconds(outcome), outcome.attempts) == (state, wait, made + 1)
    gave_up = "It could not be reached. We gave up after 3 attempts. Retry the post."
    assert outcome.reason == (gave_up if state == "failed" else "It could not be reached.")
    assert outcome.code == "unreachable"


@pytest.mark.parametrize("error", [TRANSIENT, DOUBT, UNAVAILABLE], ids=lambda error: error.code)
@pytest.mark.parametrize(
    ("retrying", "window", "end"),
    [
        (timedelta(hours=6), None, "We gave up after 6 hours. Retry the post."),
        (timedelta(hours=6), timedelta(days=1), "We gave up after 6 hours. Retry the post."),
        (
            timedelta(minutes=20),
            timedelta(minutes=20),
            "This post could not be published on Bluesky within 20 minutes of its scheduled time. Retry the post.",
        ),
    ],
)
def test_preparation_that_never_succeeds_fails_with_its_cause(
    error: PublishError, retrying: timedelta, window: timedelta | None, end: str
) -> None:
    since = NOW - retrying
    work = replace(WORK, due_at=since, retrying_since=since, expires_at=None if window is None else since + window)
    outcome = outcome_of(work, error, armed=False, reconciling=False, now=NOW)
    assert (outcome.state, outcome.code, outcome.attempts) == ("failed", error.code, 0)
    assert outcome.reason == f"{error.reason} {end}"


def test_error_of_the_preparation_is_counted_from_the_first_one_on() -> None:
    first = outcome_of(WORK, TRANSIENT, armed=False, reconciling=False, now=NOW)
    assert first.retrying_since == NOW
    earlier = NOW - timedelta(minutes=3)
    for error in (TRANSIENT, UNAVAILABLE, LIMITED):
        later = outcome_of(replace(WORK, retrying_since=earlier), error, armed=False, reconciling=False, now=NOW)
        assert later.retrying_since == earlier
    for result, armed in ((PROCESSING, False), (LIMITED, True), (TRANSIENT, True), (DOUBT, True)):
        progress = outcome_of(replace(WORK, retrying_since=earlier), result, armed=armed, reconciling=False, now=NOW)
        assert progress.retrying_since is None


@pytest.mark.parametrize("armed", [False, True])
def test_rate_limit_beyond_the_window_fails_at_once_with_its_cause(armed: bool) -> None:
    work = replace(WORK, expires_at=NOW + timedelta(minutes=3))
    outcome = outcome_of(work, LIMITED, armed=armed, reconciling=False, now=NOW)
    assert (outcome.state, outcome.code, outcome.attempts) == ("failed", "rate_limited", 0)
    end = "This post could not be published on Bluesky within 3 minutes of its scheduled time. Retry the post."
    assert outcome.reason == f"Its rate limit is exceeded. {end}"


@pytest.mark.parametrize("made", range(RetryPolicy().attempts))
def test_rate_limit_counts_no_attempt(made: int) -> None:
    outcome = outcome_of(replace(WORK, attempts=made), LIMITED, armed=True, reconciling=False, now=NOW)
    assert (outcome.attempts, outcome.next_attempt_at, outcome.code) == (made, UNTIL, "rate_limited")


def test_published_outcome_has_remote_id_and_permalink() -> None:
    outcome = outcome_of(WORK, PUBLISHED, armed=True, reconciling=False, now=NOW)
    assert (outcome.remote_id, outcome.permalink) == ("at://1", "https://example.org/1")


@pytest.mark.parametrize(
    ("result", "attempts", "state", "event", "wait", "stays_armed"),
    [
        (PUBLISHED, 1, "published", "published", None, True),
        (NotPublished(), 1, "queued", "not_landed", 5, False),
        (NotPublished(), 2, "queued", "not_landed", 10, False),
        (NotPublished(), 3, "failed", "failed", None, False),
        (Unanswerable("It cannot tell."), 1, "unknown", "unknown", None, True),
        (TRANSIENT, 3, "publishing", "unanswered", 5, True),
        (DOUBT, 1, "publishing", "unanswered", 5, True),
        (LIMITED, 1, "publishing", "unanswered", 200, True),
        (UNAVAILABLE, 1, "publishing", "unanswered", 200, True),
        (REJECTED, 1, "unknown", "unknown", None, True),
    ],
)
def test_reconciliation_has_an_outcome_for_each_result(
    result: AdapterResult, attempts: int, state: str, event: str, wait: float | None, stays_armed: bool
) -> None:
    work = replace(DOUBTED, attempts=attempts)
    outcome = outcome_of(work, result, armed=True, reconciling=True, now=NOW)
    assert (outcome.state, outcome.event, outcome.attempts) == (state, event, attempts)
    assert (seconds(outcome), outcome.armed) == (wait, stays_armed)


@pytest.mark.parametrize(
    ("result", "state", "event"),
    [
        (PUBLISHED, "published", "published"),
        (PROCESSING, "processing", "processing"),
        (TRANSIENT, "publishing", "unanswered"),
        (LIMITED, "publishing", "unanswered"),
        (DOUBT, "publishing", "unanswered"),
        (REJECTED, "unknown", "unknown"),  # for example a revoked token: the post may be public nevertheless
        (DISCARDED, "failed", "failed"),
    ],
)
def test_accepted_publication_fails_only_if_the_platform_discards_it(
    result: AdapterResult, state: str, event: str
) -> None:
    outcome = outcome_of(PROCESSED, result, armed=True, reconciling=False, now=NOW)
    assert (outcome.state, outcome.event, outcome.attempts) == (state, event, 1)


@pytest.mark.parametrize(
    ("answer", "code", "reason"),
    [
        (
            NotPublished(),
            "not_landed",
            "The call to Bluesky failed, and the post was not published. We gave up after 3 attempts. Retry the post.",
        ),
        (
            NotPublished("container_gone", "It no longer has the container."),
            "container_gone",
            "It no longer has the container. We gave up after 3 attempts. Retry the post.",
        ),
    ],
)
def test_publication_that_did_not_arrive_fails_with_the_reason_of_the_platform(
    answer: NotPublished, code: str, reason: str
) -> None:
    outcome = outcome_of(replace(DOUBTED, attempts=3), answer, armed=True, reconciling=True, now=NOW)
    assert (outcome.state, outcome.code, outcome.reason) == ("failed", code, reason)


def test_unanswered_reconciliations_back_off_and_end_as_unknown() -> None:
    waits = []
    for reconciliations in range(MAX_RECONCILIATIONS - 1):
        outcome = outcome_of(
            replace(DOUBTED, reconciliations=reconciliations), TRANSIENT, armed=True, reconciling=True, now=NOW
        )
        assert (outcome.state, outcome.reconciliations) == ("publishing", reconciliations + 1)
        waits.append(seconds(outcome))
    assert waits == [5, 10, 20, 40, 80, 160, 300, 300, 300, 300, 300]
    last = replace(DOUBTED, reconciliations=MAX_RECONCILIATIONS - 1)
    outcome = outcome_of(last, TRANSIENT, armed=True, reconciling=True, now=NOW)
    assert (outcome.state, outcome.code) == ("unknown", "outcome_unknown")
    assert outcome.reason == (
        "We could not confirm whether this post was published on Bluesky. It could not be reached. Check the account."
    )


def test_outcome_has_a_next_attempt_unless_it_ends_the_publication() -> None:
    results = (PUBLISHED, PROCESSING, NotPublished(), Unanswerable("?"), TRANSIENT, LIMITED, REJECTED, DOUBT)
    for work, armed, reconciling in (
        (WORK, False, False),
        (WORK, True, False),
        (PROCESSED, True, False),
        (DOUBTED, True, True),
    ):
        for result in results:
            outcome = outcome_of(work, result, armed=armed, reconciling=reconciling, now=NOW)
            ended = outcome.state in ("published", "failed", "unknown")
            assert (outcome.next_attempt_at is None) == ended, (work.previous_state, result)
            assert outcome.state not in ("failed", "unknown") or (outcome.reason and outcome.code)


def test_adapter_that_returns_none_raises_a_type_error() -> None:
    with pytest.raises(TypeError, match="NoneType"):
        outcome_of(WORK, None, armed=True, reconciling=False, now=NOW)  # type: ignore[arg-type]


def test_contested_result_counts_no_reconciliation() -> None:
    """Otherwise a publication could end as unknown because of another one in doubt, though its post was found."""
    last = replace(DOUBTED, reconciliations=MAX_RECONCILIATIONS - 1)

    outcome = outcome_of(last, CONTESTED, armed=True, reconciling=True, now=NOW)

    assert (outcome.state, outcome.event, outcome.reconciliations) == (
        "publishing",
        "unanswered",
        MAX_RECONCILIATIONS - 1,
    )
    assert outcome.next_attempt_at == NOW + CONTESTED_BACKOFF
