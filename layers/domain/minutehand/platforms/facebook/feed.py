"""Posts with text, links and photos in a Page's feed.

The publish call does not accept an idempotency key, so the feed is searched for a post whose publish call is in doubt.
Facebook refuses a post that repeats the text of the Page's previous post or contains a photo of another post. A post
that the feed does not list after `SETTLE_TIME` can therefore be sent again, because Facebook would refuse a duplicate.

Checkpoint: ``photo_<position>``, ``first_try_at`` (the time of the first publish call), ``duplicate`` (Facebook
reported that it has the post), ``no_card`` (Facebook could not create a preview of the link in the text).
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from minutehand.platforms.facebook import photos
from minutehand.platforms.facebook.errors import LINK_NOT_READ
from minutehand.platforms.meta.containers import account_node
from minutehand.platforms.meta.errors import Duplicate
from minutehand.platforms.meta.graph import GraphClient, id_in
from minutehand.platforms.meta.listing import CLOCK_SKEW, is_since, required_rows, rows, same_text
from minutehand.platforms.port import (
    Account,
    Attempt,
    Content,
    InDoubt,
    NotPublished,
    Published,
    Rejected,
    Transient,
    Unanswerable,
)
from minutehand.platforms.text import find_urls

SETTLE_TIME = timedelta(minutes=1)
"""The time after which the feed shows whether a publish call in doubt created a post."""
MAX_LISTED_POSTS = 100
FIELDS = "id,message,created_time,permalink_url,attachments{target{id},subattachments{target{id}}}"


class Feed:
    """Publishes posts in a Page's feed, and reconciles publish calls in doubt."""

    def __init__(self, graph: GraphClient) -> None:
        self._graph = graph

    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published:
        """Upload the photos of ``content``, then publish the post."""
        photo_ids = photos.upload_all(self._graph, content, account, attempt)
        attached = {
            f"attached_media[{position}]": json.dumps({"media_fbid": photo_id})
            for position, photo_id in enumerate(photo_ids)
        }
        link = _preview_link(content, attempt)
        request = self._graph.publish_request(
            f"{account_node(account)}/feed",
            account,
            message=content.text,
            published="true",
            fields="id,permalink_url",
            **attached,
            **({"link": link} if link else {}),
        )
        earlier = attempt.checkpoint.get("first_try_at")
        self._graph.connect(request, attempt)
        attempt.arm(first_try_at=earlier or attempt.now().isoformat())
        try:
            answer = self._graph.publish(request, account, attempt)
        except Duplicate as duplicate:
            if not earlier:
                reason = "Facebook refused the post because the Page already has the same post. Change the content."
                raise Rejected("duplicate", reason) from None
            attempt.save(duplicate="yes")
            raise duplicate
        except Rejected as refusal:
            if refusal.code != LINK_NOT_READ or content.options.get("link"):
                raise
            attempt.save(no_card="yes")  # The author did not request a preview, so omit it next time.
            raise Transient(refusal.code, refusal.reason) from refusal
        post_id = id_in(answer)
        if post_id is None:
            raise InDoubt("unexpected_answer", "Facebook returned an unexpected response.")
        return _published(post_id, answer)

    def reconcile(
        self, content: Content, account: Account, attempt: Attempt
    ) -> Published | NotPublished | Unanswerable:
        """Search the posts since the first publish call for a post with one of the uploaded photos. If no photos were
        uploaded, or if the listed post has none, compare the texts instead.
        """
        armed_at = attempt.armed_at
        if armed_at is None:
            return NotPublished()
        since = datetime.fromisoformat(attempt.checkpoint.get("first_try_at") or armed_at.isoformat()) - CLOCK_SKEW
        answer = self._graph.get(
            f"{account_node(account)}/published_posts",
            account,
            attempt,
            fields=FIELDS,
            since=str(int(since.timestamp())),
            limit=str(MAX_LISTED_POSTS),
        )
        listed = required_rows(answer, self._graph.name)
        for post in reversed(listed):
            post_id = id_in(post)
            if (
                post_id
                and is_since(post.get("created_time"), since)
                and _matches(post, content, attempt)
                and attempt.recognise(post_id)
            ):
                return _published(post_id, post)
        if attempt.now() - armed_at < SETTLE_TIME:
            raise Transient("not_listed_yet", "Facebook does not list the post yet.")
        if "duplicate" in attempt.checkpoint:
            return Unanswerable(
                "We could not confirm whether this post was published on Facebook, which reports a duplicate but does "
                "not list the post. Check the Page."
            )
        if len(listed) >= MAX_LISTED_POSTS:
            return Unanswerable(
                "We could not confirm whether this post was published on Facebook, because the Page has too many newer "
                "posts. Check the Page."
            )
        return NotPublished()


def _preview_link(content: Content, attempt: Attempt) -> str | None:
    """Return the URL to preview: the option ``link`` or else the first URL in the text. Return None for a post with
    media, or if Facebook could not read the first URL in an earlier attempt.
    """
    if content.media_urls:
        return None
    chosen = content.options.get("link")
    if isinstance(chosen, str):
        return chosen
    if "no_card" in attempt.checkpoint:
        return None
    return next((url.text for url in find_urls(content.text)), None)


def _matches(post: Mapping[str, Any], content: Content, attempt: Attempt) -> bool:
    sent, listed = photos.uploaded_ids(attempt), frozenset(_photo_ids(post.get("attachments")))
    if sent and listed:
        return not sent.isdisjoint(listed)
    return same_text(post.get("message"), content.text)


def _photo_ids(attachments: Any) -> Iterator[str]:
    for attachment in rows(attachments) if isinstance(attachments, Mapping) else ():
        target = attachment.get("target")
        if isinstance(target, Mapping) and (photo_id := id_in(target)):
            yield photo_id
        yield from _photo_ids(attachment.get("subattachments"))


def _published(post_id: str, post: Mapping[str, Any]) -> Published:
    return Published(post_id, id_in(post, "permalink_url") or f"https://www.facebook.com/{post_id}")
