"""The time of the next attempt, which a publication shows while it waits for that attempt."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from minutehand.posts.publications import publication

DUE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RECORDED = DUE + timedelta(minutes=1)
NEXT = DUE + timedelta(minutes=5)
SHOWN = "2026-03-02T09:05:00.000Z"
COLUMNS = (
    "connection_id part sandbox started_at published_at permalink remote_id attempts retrying_since failure_code "
    "failure_reason lease_until"
)


def row(state: str, **given: Any) -> dict[str, Any]:
    absent = dict.fromkeys(COLUMNS.split())
    return {**absent, "id": "1", "platform": "x", "state": state, "due_at": DUE, "next_attempt_at": NEXT, **given}


@pytest.mark.parametrize(
    "waiting",
    [
        row("queued", failure_code="rate_limited"),
        row("queued", failure_code="server_error", retrying_since=RECORDED),
        row("processing"),
        row("processing", failure_code="server_error"),
        row("publishing", failure_code="no_response", lease_until=RECORDED),
    ],
    ids=["rate limit", "backoff", "processing", "processing after an error", "in doubt"],
)
def test_publication_that_waits_for_another_attempt_shows_its_time(waiting: dict[str, Any]) -> None:
    assert publication(waiting)["nextAttemptAt"] == SHOWN


@pytest.mark.parametrize(
    "other",
    [
        row("queued", next_attempt_at=DUE),
        row("queued"),
        row("queued", failure_code="server_error", next_attempt_at=DUE),
        row("queued", failure_code="server_error", next_attempt_at=DUE - timedelta(seconds=2)),
        row("processing", next_attempt_at=DUE - timedelta(seconds=2)),
        row("publishing", lease_until=NEXT + timedelta(minutes=1)),
        row("publishing", lease_until=NEXT),
        row("held", failure_code="rate_limited"),
        row("waiting"),
        row("published"),
        row("published", failure_code="omitted"),
        row("failed", failure_code="refused"),
        row("unknown", failure_code="outcome_unknown"),
        row("cancelled", failure_code="rate_limited"),
    ],
    ids=[
        "before the first attempt",
        "with a slot",
        "retry at the post's time",
        "retry before the post's time",
        "check before the post's time",
        "leased",
        "lease that expires at the time",
        "held",
        "waiting part",
        "published",
        "published without an element",
        "failed",
        "unknown",
        "cancelled",
    ],
)
def test_other_publication_shows_no_next_attempt(other: dict[str, Any]) -> None:
    assert publication(other)["nextAttemptAt"] is None


@pytest.mark.parametrize(
    ("microseconds", "shown"),
    [(0, SHOWN), (1, "2026-03-02T09:05:00.001Z"), (999_001, "2026-03-02T09:05:01.000Z")],
    ids=["whole millisecond", "fraction of a millisecond", "last millisecond of a second"],
)
def test_time_of_the_next_attempt_is_never_rounded_down(microseconds: int, shown: str) -> None:
    waiting = row("processing", next_attempt_at=NEXT + timedelta(microseconds=microseconds))

    assert publication(waiting)["nextAttemptAt"] == shown
