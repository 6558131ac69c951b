"""Every answer of an adapter, in every situation, has one verdict."""

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
    RateLimited,
    Rejected,
    TokenExpired,
    Transient,
    Unanswerable,
)
from minutehand.publishing.outcomes import CONTESTED_WAIT, MAX_RECONCILIATIONS, Answer, judge
from minutehand.publishing.work import Outcome, Work
from minutehand.queue.dead_letters import MAX_ATTEMPTS

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
    was="queued",
    attempts=0,
    reconciliations=0,
    leases=1,
    armed_at=None,
    checkpoint={},
    content=Content("The kiln is warm."),
    connection_id=None,
    account_id=None,
    handle=None,
    base_url=None,
    connection_status=None,
    connection_status_reason=None,
    ciphertext=None,
)
PROCESSED = replace(WORK, was="processing", attempts=1, armed_at=NOW)
"""The platform accepted it in an earlier call and digests media."""
DOUBTED = replace(WORK, was="publishing", attempts=1, armed_at=NOW)
"""A publish call was begun and nobody knows what came of it."""

UNTIL = NOW + timedelta(seconds=200)
PUBLISHED = Published("at://1", "https://example.org/1")
PROCESSING = Processing(timedelta(seconds=7))
TRANSIENT = Transient("unreachable", "It could not be reached.")
EXPIRED = TokenExpired("token_expired", "The access has run out.")
LIMITED = RateLimited("rate_limited", "It asks to wait.", until=UNTIL)
REJECTED = Rejected("rejected", "It refused the post.")
DISCARDED = Discarded("media_failed", "It could not process the video.")
DOUBT = InDoubt("no_answer", "No answer came.")
CONTESTED = Contested("another_call", "It is not settled yet.")


def seconds(outcome: Outcome) -> float | None:
    return None if outcome.again_at is None else (outcome.again_at - NOW).total_seconds()


@pytest.mark.parametrize(
    ("answer", "armed", "state", "event", "attempts", "wait", "stays_armed", "same_message"),
    [
        (PUBLISHED, True, "published", "published", 1, None, True, False),
        (PROCESSING, False, "processing", "processing", 0, 7, False, False),
        (PROCESSING, True, "processing", "processing", 1, 7, True, False),
        (TRANSIENT, False, "queued", "transient", 1, 5, False, True),
        (TRANSIENT, True, "queued", "transient", 1, 5, False, True),
        (EXPIRED, False, "queued", "transient", 1, 5, False, True),
        (EXPIRED, True, "queued", "transient", 1, 0, False, True),  # with the token that is there by then
        (LIMITED, False, "queued", "rate_limited", 0, 200, False, False),
        (LIMITED, True, "queued", "rate_limited", 0, 200, False, False),
        (REJECTED, False, "failed", "failed", 1, None, False, False),
        (REJECTED, True, "failed", "failed", 1, None, False, False),
        (DOUBT, False, "queued", "transient", 1, 5, False, True),
        (DOUBT, True, "publishing", "in_doubt", 1, 5, True, False),
    ],
)
def test_a_first_attempt(
    answer: Answer,
    armed: bool,
    state: str,
    event: str,
    attempts: int,
    wait: float | None,
    stays_armed: bool,
    same_message: bool,
) -> None:
    outcome = judge(WORK, answer, armed=armed, asked=False, now=NOW)
    assert (outcome.state, outcome.event, outcome.attempts) == (state, event, attempts)
    assert (seconds(outcome), outcome.armed, outcome.same_message) == (wait, stays_armed, same_message)


@pytest.mark.parametrize("armed", [False, True])
def test_a_third_token_that_ran_out_ends_it(armed: bool) -> None:
    outcome = judge(replace(WORK, attempts=2), EXPIRED, armed=armed, asked=False, now=NOW)
    assert (outcome.state, outcome.reason) == ("failed", "The access has run out. Given up after 3 attempts.")


@pytest.mark.parametrize("armed", [False, True])
@pytest.mark.parametrize(("made", "state", "wait"), [(0, "queued", 5), (1, "queued", 10), (2, "failed", None)])
def test_passing_errors_wait_5_and_10_seconds_and_the_third_ends_it(
    made: int, state: str, wait: float | None, armed: bool
) -> None:
    outcome = judge(replace(WORK, attempts=made), TRANSIENT, armed=armed, asked=False, now=NOW)
    assert (outcome.state, seconds(outcome), outcome.attempts) == (state, wait, made + 1)
    gave_up = "It could not be reached. Given up after 3 attempts."
    assert outcome.reason == (gave_up if state == "failed" else "It could not be reached.")
    assert outcome.code == "unreachable"


@pytest.mark.parametrize("made", range(MAX_ATTEMPTS))
def test_a_rate_limit_is_never_an_attempt(made: int) -> None:
    outcome = judge(replace(WORK, attempts=made), LIMITED, armed=True, asked=False, now=NOW)
    assert (outcome.attempts, outcome.again_at, outcome.code) == (made, UNTIL, "rate_limited")


def test_what_was_published_keeps_its_id_and_link() -> None:
    outcome = judge(WORK, PUBLISHED, armed=True, asked=False, now=NOW)
    assert (outcome.remote_id, outcome.permalink) == ("at://1", "https://example.org/1")


@pytest.mark.parametrize(
    ("answer", "attempts", "state", "event", "wait", "stays_armed"),
    [
        (PUBLISHED, 1, "published", "published", None, True),
        (NotPublished(), 1, "queued", "not_landed", 5, False),
        (NotPublished(), 2, "queued", "not_landed", 10, False),
        (NotPublished(), 3, "failed", "failed", None, False),
        (Unanswerable("It cannot tell."), 1, "unknown", "unknown", None, True),
        (TRANSIENT, 3, "publishing", "unanswered", 5, True),
        (DOUBT, 1, "publishing", "unanswered", 5, True),
        (LIMITED, 1, "publishing", "unanswered", 200, True),
        (REJECTED, 1, "unknown", "unknown", None, True),
    ],
)
def test_the_platform_was_asked_what_came_of_a_call(
    answer: Answer, attempts: int, state: str, event: str, wait: float | None, stays_armed: bool
) -> None:
    work = replace(DOUBTED, attempts=attempts)
    outcome = judge(work, answer, armed=True, asked=True, now=NOW)
    assert (outcome.state, outcome.event, outcome.attempts) == (state, event, attempts)
    assert (seconds(outcome), outcome.armed) == (wait, stays_armed)


@pytest.mark.parametrize(
    ("answer", "state", "event"),
    [
        (PUBLISHED, "published", "published"),
        (PROCESSING, "processing", "processing"),
        (TRANSIENT, "publishing", "unanswered"),
        (LIMITED, "publishing", "unanswered"),
        (DOUBT, "publishing", "unanswered"),
        (REJECTED, "unknown", "unknown"),  # we are not let in any more, say: it may be out all the same
        (DISCARDED, "failed", "failed"),
    ],
)
def test_what_was_accepted_before_is_only_ended_by_the_platforms_word(answer: Answer, state: str, event: str) -> None:
    outcome = judge(PROCESSED, answer, armed=True, asked=False, now=NOW)
    assert (outcome.state, outcome.event, outcome.attempts) == (state, event, 1)


def test_questions_without_an_answer_wait_longer_each_time_and_come_to_an_end() -> None:
    waits = []
    for reconciliations in range(MAX_RECONCILIATIONS - 1):
        outcome = judge(replace(DOUBTED, reconciliations=reconciliations), TRANSIENT, armed=True, asked=True, now=NOW)
        assert (outcome.state, outcome.reconciliations) == ("publishing", reconciliations + 1)
        waits.append(seconds(outcome))
    assert waits == [5, 10, 20, 40, 80, 160, 300, 300, 300, 300, 300]
    last = replace(DOUBTED, reconciliations=MAX_RECONCILIATIONS - 1)
    outcome = judge(last, TRANSIENT, armed=True, asked=True, now=NOW)
    assert (outcome.state, outcome.code) == ("unknown", "outcome_unknown")
    assert outcome.reason == (
        "It may have gone out on Bluesky, but Bluesky could not be asked: It could not be reached. Please look there."
    )


def test_every_verdict_that_is_not_the_end_comes_back() -> None:
    answers = (PUBLISHED, PROCESSING, NotPublished(), Unanswerable("?"), TRANSIENT, LIMITED, REJECTED, DOUBT)
    for work, armed, asked in (
        (WORK, False, False),
        (WORK, True, False),
        (PROCESSED, True, False),
        (DOUBTED, True, True),
    ):
        for answer in answers:
            outcome = judge(work, answer, armed=armed, asked=asked, now=NOW)
            over = outcome.state in ("published", "failed", "unknown")
            assert (outcome.again_at is None) == over, (work.was, answer)
            assert outcome.state not in ("failed", "unknown") or (outcome.reason and outcome.code)


def test_an_answer_that_is_none_is_an_error_of_the_adapter() -> None:
    with pytest.raises(TypeError, match="NoneType"):
        judge(WORK, None, armed=True, asked=False, now=NOW)  # type: ignore[arg-type]


def test_to_wait_for_another_call_is_no_inquiry() -> None:
    """Or what is plainly there would end as unknown because of what another post is in doubt about."""
    last = replace(DOUBTED, reconciliations=MAX_RECONCILIATIONS - 1)

    outcome = judge(last, CONTESTED, armed=True, asked=True, now=NOW)

    assert (outcome.state, outcome.event, outcome.reconciliations) == (
        "publishing",
        "unanswered",
        MAX_RECONCILIATIONS - 1,
    )
    assert outcome.again_at == NOW + CONTESTED_WAIT
