"""A photo as a story. Stories of videos are in `videos`.

Checkpoint: ``photo_0``, by which the story is recognised among the Page's.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from minutehand.platforms.facebook import photos
from minutehand.platforms.facebook.feed import SETTLED
from minutehand.platforms.meta.containers import owner
from minutehand.platforms.meta.graph import Graph, id_in
from minutehand.platforms.meta.listing import CLOCK_SKEW, is_since, rows
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


class PhotoStories:
    """The stories of a Page."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published:
        """Show the content's image as a story."""
        [photo_id] = photos.uploaded(self._graph, content, account, attempt)
        request = self._graph.publishing(f"{owner(account)}/photo_stories", account, photo_id=photo_id)
        attempt.arm()
        post_id = id_in(self._graph.publish(request, account, attempt), "post_id")
        if post_id is None:
            raise InDoubt("unexpected_answer", "Facebook gave an answer that makes no sense.")
        return Published(post_id)

    def reconcile(self, account: Account, attempt: Attempt) -> Published | NotPublished | Unanswerable:
        """Look for the story of our photo among the Page's."""
        armed_at, ours = attempt.armed_at, photos.known(attempt)
        if armed_at is None:
            return NotPublished()
        listed = self._graph.get(f"{owner(account)}/stories", account, attempt)
        since = armed_at - CLOCK_SKEW
        recent = [story for story in rows(listed) if is_since(_when(story), since)]
        for story in recent:
            post_id = id_in(story, "post_id")
            if post_id and id_in(story, "media_id") in ours:
                return Published(post_id, id_in(story, "url"))
        if attempt.now() - armed_at < SETTLED:
            raise Transient("not_listed_yet", "Facebook does not list the story yet.")
        if any(id_in(story, "media_id") is None for story in recent):
            return Unanswerable("Facebook does not say which story is this one. Please look there.")
        return NotPublished()


def _when(story: Mapping[str, Any]) -> Any:
    """Return when a story was made, which comes in seconds since 1970 or as a date."""
    stamp = id_in(story, "creation_time") or ""
    return datetime.fromtimestamp(int(stamp), UTC).isoformat() if stamp.isdecimal() else stamp
