"""Instagram: a container is prepared, and publishing it makes the post (see `meta.containers` for the checkpoint)."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime

import httpx

from minutehand.platforms.instagram import options as choices
from minutehand.platforms.instagram import rules
from minutehand.platforms.instagram.errors import ERRORS, media_failure
from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.meta.comments import Comments, Names
from minutehand.platforms.meta.containers import Containers, Dialect, Plan, owner
from minutehand.platforms.meta.graph import Graph, Surface, id_in
from minutehand.platforms.meta.listing import is_since, rows, same_text
from minutehand.platforms.meta.versions import GRAPH_VERSION
from minutehand.platforms.port import (
    Account,
    Attempt,
    Content,
    MediaInfo,
    NotPublished,
    Processing,
    Published,
    Rejected,
    Unanswerable,
)

SURFACE = Surface("Instagram", "https://graph.instagram.com", GRAPH_VERSION, ERRORS)
"""For accounts that logged in to Instagram; those that came through Facebook have another ``base_url``."""
DIALECT = Dialect("media", "media_publish", "status_code", "status", media_failure)
COMMENT = Names("text", "timestamp", "username", lambda account: account.handle.removeprefix("@"), order={})
"""The newest come first anyway."""
POSTS_LOOKED_THROUGH = "50"


class Instagram:
    """Implements `minutehand.platforms.port.Adapter`. A story shows no text; a reply is a comment.

    Options: ``type`` (feed, reel, story), ``shareToFeed``, ``coverUrl``, ``thumbOffset`` and ``trialReel`` of a reel,
    ``collaborators``, ``locationId``, ``userTags``.
    """

    def __init__(self, client: httpx.Client, media: MediaFetcher, sleep: Callable[[float], None] = time.sleep) -> None:
        """``sleep`` waits some seconds between two looks at a container."""
        self._graph = Graph(client, SURFACE)
        self._containers = Containers(self._graph, DIALECT, sleep)
        self._comments = Comments(self._graph, COMMENT)
        self._media = media

    def validate(self, content: Content, media: Sequence[MediaInfo] = ()) -> list[str]:
        """See `Adapter.validate`."""
        return rules.problems(content, media)

    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        """See `Adapter.publish`."""
        if content.reply_to:
            _refuse(rules.problems(content))
            return self._comments.publish(content, account, attempt)
        return self._containers.publish(
            lambda: self._plan(content), lambda since: self._find(content, since, account, attempt), account, attempt
        )

    def resume(self, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        """See `Adapter.resume`: the containers are in the checkpoint, so publishing goes on where it stopped."""
        return self.publish(content, account, attempt)

    def reconcile(
        self, content: Content, account: Account, attempt: Attempt
    ) -> Published | NotPublished | Unanswerable:
        """See `Adapter.reconcile`. Exact for posts, as the container knows; comments can only be found."""
        if content.reply_to:
            return self._comments.reconcile(content, account, attempt)
        return self._containers.reconcile(lambda since: self._find(content, since, account, attempt), account, attempt)

    def _plan(self, content: Content) -> Plan:
        media = [self._media.probe(url) for url in content.media_urls]
        _refuse(rules.problems(content, media))
        kind = choices.type_of(content.options)
        if kind == "story":
            tags = choices.people_fields({"userTags": content.options.get("userTags")})
            return Plan({"media_type": "STORIES", **_address(media[0]), **tags})
        post = {**({"caption": content.text} if content.text else {}), **choices.people_fields(content.options)}
        if len(media) > 1:
            return Plan({"media_type": "CAROUSEL", **post}, tuple(_child(medium, content) for medium in media))
        if media[0].is_video:
            return Plan({"media_type": "REELS", **_address(media[0]), **post, **choices.reel_fields(content.options)})
        return Plan({**_address(media[0]), **_alt(media[0], content), **post})

    def _find(self, content: Content, since: datetime, account: Account, attempt: Attempt) -> Published | None:
        """Look for the post, oldest first. A story has no caption: the first since then that is nobody else's is it."""
        story = choices.type_of(content.options) == "story"
        listed = self._graph.get(
            f"{owner(account)}/{'stories' if story else 'media'}",
            account,
            attempt,
            fields="id,caption,timestamp,permalink,media_type",
            limit=POSTS_LOOKED_THROUGH,
        )
        for post in reversed(list(rows(listed))):
            post_id, ours = id_in(post), story or same_text(post.get("caption"), content.text)
            if post_id and ours and is_since(post.get("timestamp"), since) and attempt.recognise(post_id):
                return Published(post_id, id_in(post, "permalink"))
        return None


def _refuse(broken: list[str]) -> None:
    if broken:
        raise Rejected("invalid_content", " ".join(broken))


def _address(medium: MediaInfo) -> dict[str, str]:
    return {"video_url" if medium.is_video else "image_url": medium.url}


def _alt(medium: MediaInfo, content: Content) -> dict[str, str]:
    alt = content.alt_texts.get(medium.url)
    return {"alt_text": alt} if alt and not medium.is_video else {}


def _child(medium: MediaInfo, content: Content) -> dict[str, str]:
    kind = {"media_type": "VIDEO"} if medium.is_video else {}
    return {**kind, **_address(medium), **_alt(medium, content), "is_carousel_item": "true"}


adapter = Instagram
