"""Renders jobs, pauses and ticks for the API."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from minutehand.posts.rendering import publication
from minutehand.runtime.timestamps import format_timestamp

_TARGETS = {"platform": "platform", "owner": "ownerId", "campaign": "campaign"}


def job(
    post: dict[str, Any], publications: Sequence[dict[str, Any]], state: str, now: datetime, attempts: int
) -> dict[str, Any]:
    """Return a job, without the content of its post, from the rows of the post and its publications.

    ``attempts``: the maximum number of attempts at a publish call. ``attemptsMade``: the largest number of attempts
    made so far for any one publication. ``dueInSeconds``: the time until the post is due, at least 0. ``id``: None
    until the post is scheduled explicitly or a tick claims it.
    """
    return {
        "id": post["job_id"] and str(post["job_id"]),
        "postId": str(post["id"]),
        "ownerId": post["owner_id"],
        "state": state,
        "scheduledAt": format_timestamp(post["scheduled_at"]),
        "dueInSeconds": max(0.0, round((post["scheduled_at"] - now).total_seconds(), 3)),
        "platforms": post["platforms"],
        "attemptsMade": max((row["attempts"] for row in publications), default=0),
        "attempts": attempts,
        "failedReason": post["failure_reason"],
        "finishedAt": _finished_at(post),
        "publications": [publication(row) for row in publications],
    }


def pause(row: dict[str, Any]) -> dict[str, Any]:
    """Return the scope, target, reason, operator and time of a pause."""
    target = {_TARGETS[row["scope"]]: row["target"]} if row["scope"] in _TARGETS else {}
    owner = {"ownerId": row["owner_id"]} if row["owner_id"] else {}
    rest = {"reason": row["reason"], "actor": row["actor"], "pausedAt": format_timestamp(row["paused_at"])}
    return {"scope": row["scope"], **target, **owner, **rest}


def tick(row: dict[str, Any]) -> dict[str, Any]:
    """Return a tick. ``caller``: ``rule`` if EventBridge ran the tick, ``hand`` if a person did."""
    return {
        "caller": row["caller"],
        "startedAt": format_timestamp(row["started_at"]),
        "endedAt": format_timestamp(row["ended_at"]),
        **{name: value for name, value in row["report"].items() if name != "schema_revision"},
    }


def _finished_at(post: dict[str, Any]) -> str | None:
    if post["status"] in ("published", "archived"):
        return format_timestamp(post["posted_at"])
    return format_timestamp(post["updated_at"]) if post["status"] == "failed" else None
