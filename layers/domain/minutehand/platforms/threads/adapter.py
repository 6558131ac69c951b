"""The adapter for Threads, which publishes through containers. See `meta.containers` for the checkpoint."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import httpx

from minutehand.platforms.catalog import PLATFORMS
from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.meta.containers import ContainerApi, Containers, Plan
from minutehand.platforms.meta.graph import GraphApi, GraphClient, id_in
from minutehand.platforms.meta.listing import is_since, rows, same_text
from minutehand.platforms.port import (
    Account,
    Adapter,
    Attempt,
    Content,
    MediaInfo,
    NotPublished,
    Processing,
    Published,
    Unanswerable,
)
from minutehand.platforms.threads import rules
from minutehand.platforms.threads.errors import ERRORS, media_failure

GRAPH_API = GraphApi("https://graph.threads.net", lambda: PLATFORMS["threads"].api_version, ERRORS)
CONTAINER_API = ContainerApi("threads", "threads_publish", "status", "error_message", media_failure)
LISTED_POSTS = "50"
VIDEO_REPLY_AGE = timedelta(seconds=30)
"""The minimum age of the container of a reply with a video. Threads may publish a younger container as a separate post.
The page "Create Replies" of the Threads API recommends this wait.
"""


class Threads(Adapter):
    """Publishes posts on Threads.

    Options: ``replyControl``, ``topicTag``, ``linkAttachment``, ``quotePostId``.
    """

    def __init__(self, client: httpx.Client, media: MediaFetcher, sleep: Callable[[float], None] = time.sleep) -> None:
        """Create the adapter. ``sleep`` waits between two checks of a container."""
        self._graph = GraphClient(client, GRAPH_API)
        self._containers = Containers(self._graph, CONTAINER_API, sleep)
        self._media = media

    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        """See `Adapter.publish`."""
        return self._containers.publish(
            lambda: self._plan(content), lambda since: self._find(content, since, account, attempt), account, attempt
        )

    def reconcile(
        self, content: Content, account: Account, attempt: Attempt
    ) -> Published | NotPublished | Unanswerable:
        """See `Adapter.reconcile`. Read the container's state and, if necessary, the account's posts."""
        return self._containers.reconcile(lambda since: self._find(content, since, account, attempt), account, attempt)

    def _plan(self, content: Content) -> Plan:
        media = [self._media.probe(url) for url in content.media_urls]
        rules.rulebook.require(content, media)
        post = _post_fields(content)
        match media:
            case []:
                return Plan({"media_type": "TEXT", **post})
            case [item]:
                return Plan({**_media_fields(item, content), **post}, min_age=_min_age(content, media))
        children = tuple({**_media_fields(item, content), "is_carousel_item": "true"} for item in media)
        return Plan({"media_type": "CAROUSEL", **post}, children, _min_age(content, media))

    def _find(self, content: Content, since: datetime, account: Account, attempt: Attempt) -> Published | None:
        """Return the oldest listed post with the same text that the account published at ``since`` or later."""
        listed = self._graph.get(
            "me/replies" if content.reply_to else "me/threads",
            account,
            attempt,
            fields="id,permalink,text,timestamp,media_type",
            limit=LISTED_POSTS,
        )
        for post in reversed(list(rows(listed))):
            post_id, matches = id_in(post), same_text(post.get("text"), content.text)
            if post_id and matches and is_since(post.get("timestamp"), since) and attempt.recognise(post_id):
                return Published(post_id, id_in(post, "permalink"))
        return None


def _min_age(content: Content, media: Sequence[MediaInfo]) -> timedelta:
    """Return the minimum age of the container: `VIDEO_REPLY_AGE` for a reply with a video, or else 0."""
    return VIDEO_REPLY_AGE if content.reply_to and any(item.is_video for item in media) else timedelta(0)


def _post_fields(content: Content) -> dict[str, str]:
    options = content.options
    fields = {
        "text": content.text,
        "reply_to_id": content.reply_to,
        "quote_post_id": options.get("quotePostId"),
        "reply_control": options.get("replyControl"),
        "topic_tag": options.get("topicTag"),
        "link_attachment": options.get("linkAttachment"),
    }
    return {name: str(value) for name, value in fields.items() if value}


def _media_fields(item: MediaInfo, content: Content) -> dict[str, str]:
    kind, name = ("VIDEO", "video_url") if item.is_video else ("IMAGE", "image_url")
    fields = {"media_type": kind, name: item.url}
    alt = content.alt_texts.get(item.url)
    return {**fields, "alt_text": alt} if alt else fields


adapter = Threads
