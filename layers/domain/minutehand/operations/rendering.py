"""Jobs, pauses and ticks as the API shows them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from minutehand.posts.rendering import publication
from minutehand.queue.dead_letters import MAX_ATTEMPTS
from minutehand.runtime.timestamps import format_timestamp

_TARGETS = {"platform": "platform", "owner": "ownerId", "campaign": "campaign"}


def job(post: dict[str, Any], publications: Sequence[dict[str, Any]], state: str, now: datetime) -> dict[str, Any]:
    """Return a job, from the row of its post and those of its publications; nothing of what the post says.

    ``attempts`` is how many there may be, ``attemptsMade`` how many there were, of the publication with most.
    ``dueInSeconds``: until the post's time, 0 once that has come. ``id`` is None while nobody has scheduled the post
    explicitly and no tick has taken it.
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
        "attempts": MAX_ATTEMPTS,
        "failedReason": post["failure_reason"],
        "finishedAt": _finished_at(post),
        "publications": [publication(row) for row in publications],
    }


def pause(row: dict[str, Any]) -> dict[str, Any]:
    """Return a pause: what it holds, why, by whom and since when."""
    target = {_TARGETS[row["scope"]]: row["target"]} if row["scope"] in _TARGETS else {}
    whose = {"ownerId": row["owner_id"]} if row["owner_id"] else {}
    said = {"reason": row["reason"], "actor": row["actor"], "pausedAt": format_timestamp(row["paused_at"])}
    return {"scope": row["scope"], **target, **whose, **said}


def tick(row: dict[str, Any]) -> dict[str, Any]:
    """Return a tick. ``caller``: ``rule``, or ``hand`` when a person asked for it."""
    return {
        "caller": row["caller"],
        "startedAt": format_timestamp(row["started_at"]),
        "endedAt": format_timestamp(row["ended_at"]),
        **row["report"],
    }


def _finished_at(post: dict[str, Any]) -> str | None:
    if post["status"] in ("published", "archived"):
        return format_timestamp(post["posted_at"])
    return format_timestamp(post["updated_at"]) if post["status"] == "failed" else None
