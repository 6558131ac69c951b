"""Renders a pause for the API: its scope and target, its reason, its time and its operator, and the numbers of held
publications and posts.
"""

from typing import Any, NotRequired, TypedDict

from minutehand.platforms.catalog import PlatformKey
from minutehand.queue.pauses import ScopeName
from minutehand.runtime.response_types import Timestamp
from minutehand.runtime.timestamps import format_timestamp


class Pause(TypedDict):
    """A pause: its scope and target, its reason, its time, the operator who gave the reason, and what it holds."""

    scope: ScopeName
    platform: NotRequired[PlatformKey]
    ownerId: NotRequired[str]
    campaign: NotRequired[str]
    reason: str
    actor: str
    pausedAt: Timestamp
    held: int
    """The number of publications that the pause holds, at most 1,000."""
    heldPosts: int
    """The number of posts to which these publications belong."""


def pause(row: dict[str, Any]) -> Pause:
    """Return the scope, target, reason, operator and time of a pause, and what the pause holds."""
    shown: Pause = {
        "scope": row["scope"],
        "reason": row["reason"],
        "actor": row["actor"],
        "pausedAt": format_timestamp(row["paused_at"]),
        "held": row["held"],
        "heldPosts": row["held_posts"],
    }
    match row["scope"]:
        case "platform":
            shown["platform"] = row["target"]
        case "owner":
            shown["ownerId"] = row["target"]
        case "campaign":
            shown["campaign"] = row["target"]
    if row["owner_id"]:
        shown["ownerId"] = row["owner_id"]
    return shown
