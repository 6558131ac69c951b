"""The adapter for Instagram, which publishes through containers. See `meta.containers` for the checkpoint."""

import time
from collections.abc import Callable
from datetime import datetime

import httpx

from minutehand.platforms.api_versions import graph_api_version
from minutehand.platforms.instagram import options as choices
from minutehand.platforms.instagram import rules
from minutehand.platforms.instagram.errors import ERRORS, media_failure
from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.meta.comments import CommentFields, Comments
from minutehand.platforms.meta.containers import ContainerApi, Containers, Plan, account_node
from minutehand.platforms.meta.graph import GraphApi, GraphClient, id_in
from minutehand.platforms.meta.listing import is_since, rows, same_text
from minutehand.platforms.meta.media_errors import may_be_the_cover
from minutehand.platforms.omissions import cover, omit
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

GRAPH_API = GraphApi("https://graph.instagram.com", graph_api_version, ERRORS)
"""The API for accounts that log in to Instagram instead of Facebook."""
CONTAINER_API = ContainerApi("media", "media_publish", "status_code", "status", media_failure)
COMMENT_FIELDS = CommentFields(
    "text",
    "timestamp",
    "username",
    lambda account: account.handle.removeprefix("@"),
    order={},  # Instagram needs no parameter, because it always lists the newest comments first.
)
LISTED_POSTS = "50"


class Instagram(Adapter):
    """Publishes posts on Instagram. Instagram does not show text in a story. A reply is published as a comment.

    Options: ``type`` (feed, reel, story), ``collaborators``, ``locationId``, ``userTags``; for a reel ``shareToFeed``,
    ``coverUrl``, ``thumbOffset`` and ``trialReel``.
    """

    def __init__(self, client: httpx.Client, media: MediaFetcher, sleep: Callable[[float], None] = time.sleep) -> None:
        """Create the adapter. ``sleep`` waits between two checks of a container."""
        self._graph = GraphClient(client, GRAPH_API)
        self._containers = Containers(self._graph, CONTAINER_API, sleep)
        self._comments = Comments(self._graph, COMMENT_FIELDS)
        self._media = media

    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        """See `Adapter.publish`."""
        if content.reply_to:
            rules.rulebook.require(content)
            return self._comments.publish(content, account, attempt)
        return self._containers.publish(
            lambda: self._plan(content, attempt),
            lambda since: self._find(content, since, account, attempt),
            account,
            attempt,
        )

    def reconcile(
        self, content: Content, account: Account, attempt: Attempt
    ) -> Published | NotPublished | Unanswerable:
        """See `Adapter.reconcile`. For a comment, search the comments on the post. For a post, read the state of its
        container and, if necessary, the account's posts.
        """
        if content.reply_to:
            return self._comments.reconcile(content, account, attempt)
        return self._containers.reconcile(lambda since: self._find(content, since, account, attempt), account, attempt)

    def _plan(self, content: Content, attempt: Attempt) -> Plan:
        media = [self._media.probe(url) for url in content.media_urls]
        rules.rulebook.require(content, media)
        kind = choices.type_of(content.options)
        if kind == "story":
            tags = choices.people_fields({"userTags": content.options.get("userTags")})
            return Plan({"media_type": "STORIES", **_url_field(media[0]), **tags})
        post = {**({"caption": content.text} if content.text else {}), **choices.people_fields(content.options)}
        if len(media) > 1:
            return Plan({"media_type": "CAROUSEL", **post}, tuple(_child(item, content) for item in media))
        if media[0].is_video:
            options = {**content.options, "coverUrl": self._cover(content, attempt)}
            return Plan({"media_type": "REELS", **_url_field(media[0]), **post, **choices.reel_fields(options)})
        return Plan({**_url_field(media[0]), **_alt_field(media[0], content), **post})

    def _cover(self, content: Content, attempt: Attempt) -> str | None:
        """Return the URL of the reel's cover. Return None if there is no valid cover, or if Instagram may be unable to
        fetch it.
        """
        if content.options.get("coverUrl") and may_be_the_cover(attempt):
            omit("cover", "The video has no cover image of its own. Instagram could not fetch the media.", attempt)
            return None
        return cover(content.options.get("coverUrl"), self._media, rules.cover_problems, attempt)

    def _find(self, content: Content, since: datetime, account: Account, attempt: Attempt) -> Published | None:
        """Return the oldest listed post that matches and that the account published at ``since`` or later.

        A story has no caption, so the first story that does not belong to another publication matches.
        """
        is_story = choices.type_of(content.options) == "story"
        listed = self._graph.get(
            f"{account_node(account)}/{'stories' if is_story else 'media'}",
            account,
            attempt,
            fields="id,caption,timestamp,permalink,media_type",
            limit=LISTED_POSTS,
        )
        for post in reversed(list(rows(listed))):
            post_id, matches = id_in(post), is_story or same_text(post.get("caption"), content.text)
            if post_id and matches and is_since(post.get("timestamp"), since) and attempt.recognise(post_id):
                return Published(post_id, id_in(post, "permalink"))
        return None


def _url_field(item: MediaInfo) -> dict[str, str]:
    return {"video_url" if item.is_video else "image_url": item.url}


def _alt_field(item: MediaInfo, content: Content) -> dict[str, str]:
    alt = content.alt_texts.get(item.url)
    return {"alt_text": alt} if alt and not item.is_video else {}


def _child(item: MediaInfo, content: Content) -> dict[str, str]:
    kind = {"media_type": "VIDEO"} if item.is_video else {}
    return {**kind, **_url_field(item), **_alt_field(item, content), "is_carousel_item": "true"}


adapter = Instagram
