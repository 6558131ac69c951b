"""The adapter for Facebook Pages. Feed posts, reels, stories and comments are published with different calls."""

from collections.abc import Sequence

import httpx

from minutehand.platforms.api_versions import graph_api_version
from minutehand.platforms.facebook import options as choices
from minutehand.platforms.facebook import rules
from minutehand.platforms.facebook.errors import ERRORS
from minutehand.platforms.facebook.feed import Feed
from minutehand.platforms.facebook.stories import PhotoStories
from minutehand.platforms.facebook.videos import Videos
from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.meta.comments import CommentFields, Comments
from minutehand.platforms.meta.graph import GraphApi, GraphClient
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

GRAPH_API = GraphApi("https://graph.facebook.com", graph_api_version, ERRORS)
NEWEST_FIRST = {"filter": "stream", "order": "reverse_chronological"}
COMMENT_FIELDS = CommentFields("message", "created_time", "id", lambda account: account.account_id, NEWEST_FIRST)


class Facebook(Adapter):
    """Publishes posts on Facebook Pages. Facebook does not show text in a story. A reply is published as a comment.

    Options: ``type`` (feed, reel, story), ``link`` (the URL of the preview), ``title`` (of a video).
    Checkpoint: ``way`` (``video`` if `Videos` publishes the post), and the keys that the publishing module saves.
    """

    def __init__(self, client: httpx.Client, media: MediaFetcher) -> None:
        graph = GraphClient(client, GRAPH_API)
        self._media = media
        self._comments = Comments(graph, COMMENT_FIELDS)
        self._feed = Feed(graph)
        self._stories = PhotoStories(graph)
        self._videos = Videos(client, graph, media)

    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        """See `Adapter.publish`."""
        media = [self._media.probe(url) for url in content.media_urls]
        rules.rulebook.require(content, media)
        match _method(content, media):
            case "comment":
                image = {"attachment_url": content.media_urls[0]} if content.media_urls else {}
                return self._comments.publish(content, account, attempt, **image)
            case "video":
                if "way" not in attempt.checkpoint:
                    attempt.save(way="video")
                return self._videos.publish(media[0], content, account, attempt)
            case "photo_story":
                return self._stories.publish(content, account, attempt)
            case _:
                return self._feed.publish(content, account, attempt)

    def resume(self, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        """See `Adapter.resume`. Only a video can still need processing after its publish call."""
        if attempt.armed_at is not None:
            return self._videos.resume(content, account, attempt)
        return self.publish(content, account, attempt)

    def reconcile(
        self, content: Content, account: Account, attempt: Attempt
    ) -> Published | NotPublished | Unanswerable:
        """See `Adapter.reconcile`. For a comment, search the comments on the post. For a video, read its status. For a
        story without a video, search the Page's stories. For any other post, search the Page's published posts.
        """
        if content.reply_to:
            return self._comments.reconcile(content, account, attempt)
        if attempt.checkpoint.get("way") == "video":
            return self._videos.reconcile(content, account, attempt)
        if choices.type_of(content.options) == "story":
            return self._stories.reconcile(account, attempt)
        return self._feed.reconcile(content, account, attempt)


def _method(content: Content, media: Sequence[MediaInfo]) -> str:
    if content.reply_to:
        return "comment"
    if media and media[0].is_video:
        return "video"
    return "photo_story" if choices.type_of(content.options) == "story" else "feed"


adapter = Facebook
