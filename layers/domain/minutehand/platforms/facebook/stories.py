"""Stories that show a photo. The module `videos` publishes stories that show a video.

Checkpoint: ``photo_0`` (the photo's id, which identifies the story).
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from minutehand.platforms.facebook import photos
from minutehand.platforms.facebook.feed import SETTLE_TIME
from minutehand.platforms.meta.containers import account_node
from minutehand.platforms.meta.graph import GraphClient, id_in
from minutehand.platforms.meta.listing import CLOCK_SKEW, is_since, required_rows
from minutehand.platforms.port import (
    Account,
    Attempt,
    Content,
    InDoubt,
    NotPublished,
    Published,
    Transient,
    Unanswerable,
)

MAX_SECONDS_DIGITS = 10
"""The maximum number of digits of a time in seconds since 1970. A longer number is not a time."""


class PhotoStories:
    """Publishes photo stories on a Page, and reconciles publish calls in doubt."""

    def __init__(self, graph: GraphClient) -> None:
        self._graph = graph

    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published:
        """Publish the content's image as a story."""
        [photo_id] = photos.upload_all(self._graph, content, account, attempt)
        request = self._graph.publish_request(f"{account_node(account)}/photo_stories", account, photo_id=photo_id)
        self._graph.connect(request, attempt)
        attempt.arm()
        post_id = id_in(self._graph.publish(request, account, attempt), "post_id")
        if post_id is None:
            raise InDoubt("unexpected_answer", "Facebook returned an unexpected response.")
        return Published(post_id)

    def reconcile(self, account: Account, attempt: Attempt) -> Published | NotPublished | Unanswerable:
        """Search the Page's stories for the story that shows the uploaded photo."""
        armed_at, photo_ids = attempt.armed_at, photos.uploaded_ids(attempt)
        if armed_at is None:
            return NotPublished()
        listed = self._graph.get(f"{account_node(account)}/stories", account, attempt)
        since = armed_at - CLOCK_SKEW
        recent = [story for story in required_rows(listed, self._graph.name) if is_since(_created_at(story), since)]
        for story in recent:
            post_id = id_in(story, "post_id")
            if post_id and id_in(story, "media_id") in photo_ids:
                return Published(post_id, id_in(story, "url"))
        if attempt.now() - armed_at < SETTLE_TIME:
            raise Transient("not_listed_yet", "Facebook does not list the story yet.")
        if any(id_in(story, "media_id") is None for story in recent):
            return Unanswerable(
                "We could not confirm whether this story was published on Facebook, which does not identify the photos "
                "of its stories. Check the account."
            )
        return NotPublished()


def _created_at(story: Mapping[str, Any]) -> Any:
    """Return a story's creation time in ISO 8601. Facebook sends the time in this format or in seconds since 1970."""
    stamp = id_in(story, "creation_time") or ""
    return (
        datetime.fromtimestamp(int(stamp), UTC).isoformat()
        if stamp.isdecimal() and len(stamp) <= MAX_SECONDS_DIGITS
        else stamp
    )
