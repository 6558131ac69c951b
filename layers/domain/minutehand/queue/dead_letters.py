"""Resolves dead letters: ends publications that can never succeed, and lets a later tick send new messages for the
other publications that need one.

SQS moves a message to the dead-letter queue after `RetryPolicy.attempts` receives, regardless of the cause. Therefore a
dead letter does not show whether its publication can succeed, but the row of the publication does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from minutehand.platforms.catalog import display_name
from minutehand.queue.finish import finish_posts, lock_posts
from minutehand.queue.retry import MAX_LEASES, RetryPolicy, attempts_in_words
from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.identity import is_test_owner


@dataclass(slots=True)
class DeadLetterReport:
    """The numbers of publications that ended, that get a new message from a later tick, and that needed no action.

    ``of_tests``: the number of publications of test data.
    """

    ended: int = 0
    resent: int = 0
    settled_before: int = 0
    of_tests: int = 0
    ends: list[tuple[str, str]] = field(default_factory=list, compare=False)
    """The platform and the state, ``failed`` or ``unknown``, of each publication that ended, without test data."""


def resolve_dead_letters(
    db: Database, publication_ids: Sequence[UUID], *, now: datetime, policy: RetryPolicy
) -> DeadLetterReport:
    """End the publications that can never succeed. If another publication needs a new message, a later tick sends it.

    Raises:
        psycopg.OperationalError: Postgres is unavailable; the messages must stay in the dead-letter queue.
    """
    with db.transaction():
        posts = {row["post_id"] for row in db.fetch(_queries["posts_of"], ids=list(publication_ids))}
        lock_posts(db, posts)
        rows = db.fetch(_queries["lock_dead_lettered"], ids=list(publication_ids))
        open_rows = [row for row in rows if row["state"] in ("queued", "publishing", "processing")]
        given_up = [row for row in open_rows if _is_hopeless(row, now, policy)]
        resent = [row["id"] for row in open_rows if row not in given_up]
        if given_up:
            failures = [_failure(row, policy) for row in given_up]
            db.fetch(
                _queries["give_up"],
                ids=[row["id"] for row in given_up],
                codes=[code for code, _ in failures],
                reasons=[reason for _, reason in failures],
                now=now,
            )
            finish_posts(db, {row["post_id"] for row in given_up}, now=now)
        if resent:
            db.fetch(_queries["resend"], ids=resent, now=now)
    ends = [
        (row["platform"], "failed" if row["armed_at"] is None else "unknown")
        for row in given_up
        if not is_test_owner(row["owner_id"])
    ]
    tests = sum(is_test_owner(row["owner_id"]) for row in rows)
    return DeadLetterReport(len(given_up), len(resent), len(publication_ids) - len(open_rows), tests, ends)


def _is_hopeless(row: dict[str, Any], now: datetime, policy: RetryPolicy) -> bool:
    if row["state"] == "publishing" and row["lease_until"] > now:
        return False  # a publisher is working on it
    out_of_attempts = row["attempts"] >= policy.attempts and row["armed_at"] is None
    return out_of_attempts or row["leases"] >= MAX_LEASES


def _failure(row: dict[str, Any], policy: RetryPolicy) -> tuple[str, str]:
    name, attempts = display_name(row["platform"]), row["attempts"]
    if row["armed_at"] is not None:
        return (
            "outcome_unknown",
            f"We could not confirm whether this post was published on {name}. Check the account.",
        )
    if attempts >= policy.attempts:
        made = attempts_in_words(attempts)
        return "attempts_used_up", f"The post was not published on {name} in {made}. Retry the post."
    return "internal_error", f"An internal error kept this post from being published on {name}. Retry the post."


_queries = sql.load(__package__)
