"""Decides what becomes of publications whose messages ended in the dead-letter queue.

A message dies after three receives, for whatever reason. That is no verdict: only what the ledger shows is one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from minutehand.platforms.catalog import display_name
from minutehand.queue.settle import lock_posts, settle
from minutehand.runtime import sql
from minutehand.runtime.db import Database

MAX_ATTEMPTS = 3
"""Attempts at a publication before it fails."""
MAX_LEASES = 5
"""A publisher that took a publication this often and never recorded what came of it breaks on it."""


@dataclass(slots=True)
class DeadLetterReport:
    """How many publications were ended, how many the next tick sends again, and how many needed nothing."""

    ended: int = 0
    resent: int = 0
    settled_before: int = 0
    ends: list[tuple[str, str]] = field(default_factory=list, compare=False)
    """Platform and state, ``failed`` or ``unknown``, of each that was ended."""


def bury(db: Database, publication_ids: Sequence[UUID], *, now: datetime) -> DeadLetterReport:
    """End what can never be published, and let the next tick send the rest again.

    Raises:
        psycopg.OperationalError: Postgres is away; the messages are to stay where they are.
    """
    with db.transaction():
        posts = {row["post_id"] for row in db.fetch(_queries["posts_of"], ids=list(publication_ids))}
        lock_posts(db, posts)
        rows = db.fetch(_queries["look_at_dead"], ids=list(publication_ids))
        open_rows = [row for row in rows if row["state"] in ("queued", "publishing", "processing")]
        given_up = [row for row in open_rows if _is_hopeless(row, now)]
        again = [row["id"] for row in open_rows if row not in given_up]
        if given_up:
            verdicts = [
                _verdict(row["platform"], row["attempts"], armed=row["armed_at"] is not None) for row in given_up
            ]
            db.fetch(
                _queries["give_up"],
                ids=[row["id"] for row in given_up],
                codes=[code for code, _ in verdicts],
                reasons=[reason for _, reason in verdicts],
                now=now,
            )
            settle(db, {row["post_id"] for row in given_up}, now=now)
        if again:
            db.fetch(_queries["send_again"], ids=again, now=now)
    ends = [(row["platform"], "failed" if row["armed_at"] is None else "unknown") for row in given_up]
    return DeadLetterReport(len(given_up), len(again), len(publication_ids) - len(open_rows), ends)


def _is_hopeless(row: dict[str, Any], now: datetime) -> bool:
    if row["state"] == "publishing" and row["lease_until"] > now:
        return False  # a publisher is at work on it
    every_attempt_made = row["attempts"] >= MAX_ATTEMPTS and row["armed_at"] is None
    return every_attempt_made or row["leases"] >= MAX_LEASES


def _verdict(platform: str, attempts: int, *, armed: bool) -> tuple[str, str]:
    name = display_name(platform)
    if armed:
        return "outcome_unknown", f"It may have gone out on {name}, but nobody could find out: please look there."
    if attempts >= MAX_ATTEMPTS:
        return "attempts_used_up", f"{name} could not be reached in {attempts} attempts."
    return "internal_error", f"Publishing on {name} was stopped: an error on our side kept it from being handled."


_queries = sql.load(__package__)
