"""Warnings about other posts on the same connection: with the same text, or at nearly the same time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from minutehand.platforms.api_warning import OtherPost
from minutehand.platforms.catalog import display_name
from minutehand.posts.times import Notice
from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.timestamps import format_timestamp

SAME_CONTENT, CLOSE_TO_ANOTHER = "same_content", "close_to_another"
PERIOD_DAYS = 30
"""Two posts with the same text on the same connection cause a warning if they are at most this number of days apart.
The SQL fragment ``posts.neighbours`` contains the same number.
"""


def find(db: Database, owner_id: str, post: Mapping[str, Any]) -> list[Notice]:
    """Return the warnings for a saved or an unsaved post, or an empty list if the post has no time or no platform."""
    if post.get("scheduled_at") is None or not post["platforms"]:
        return []
    [row] = db.fetch(
        _queries["neighbours"],
        post_id=post.get("id"),
        owner_id=owner_id,
        platforms=list(post["platforms"]),
        connection_ids=list(post["connection_ids"]),
        connection_platforms=list(post["connection_platforms"]),
        content=post["content"],
        scheduled_at=post["scheduled_at"],
    )
    return notices(row["neighbours"])


def notices(neighbours: list[dict[str, Any]]) -> list[Notice]:
    """Return a warning for each of a post's ``neighbours``, as the fragment ``posts.neighbours`` returns them."""
    return [_notice(each) for each in neighbours]


def _notice(neighbour: Mapping[str, Any]) -> Notice:
    name, at = display_name(neighbour["platform"]), format_timestamp(datetime.fromisoformat(neighbour["scheduledAt"]))
    other: OtherPost = {"postId": neighbour["postId"], "scheduledAt": at}
    if neighbour["code"] == SAME_CONTENT:
        sentence = (
            f"The post {neighbour['postId']} has the same text and goes to the same {name} account at {at}. "
            f"The interval between the two posts is at most {PERIOD_DAYS} days."
        )
        return Notice("content", SAME_CONTENT, sentence, neighbour["platform"], other)
    spacing = "1 minute" if neighbour["spacing"] == 1 else f"{neighbour['spacing']} minutes"
    sentence = (
        f"The post {neighbour['postId']} goes to the same {name} account at {at}. The interval between the two posts "
        f"is less than {spacing} (spacingMinutes in the settings)."
    )
    return Notice("scheduledAt", CLOSE_TO_ANOTHER, sentence, neighbour["platform"], other)


_queries = sql.load(__package__)
