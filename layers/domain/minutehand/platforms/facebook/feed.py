"""Texts, links and photos in a Page's feed: one call that takes no key, so a lost answer is looked for in the feed.

Facebook refuses the same post twice in a row, and a photo in a second post. That makes it safe to send again what is
not in the feed a while later: a call that arrives later still makes no second post.

Checkpoint: ``photo_<position>``, ``first_try_at`` (from when on the post may be in the feed), ``duplicate`` (Facebook
said that it has the post), ``no_card`` (a preview of the link in the text could not be made).
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from minutehand.platforms.facebook import photos
from minutehand.platforms.facebook.errors import LINK_NOT_READ
from minutehand.platforms.meta.containers import owner
from minutehand.platforms.meta.graph import Duplicate, Graph, id_in
from minutehand.platforms.meta.listing import CLOCK_SKEW, is_since, rows, same_text
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

SETTLED = timedelta(minutes=1)
"""A call that broke off has arrived by then, and is listed, or never will be."""
POSTS_LOOKED_THROUGH = 100
FIELDS = "id,message,created_time,permalink_url,attachments{target{id},subattachments{target{id}}}"


class Feed:
    """The feed of a Page."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published:
        """Post ``content``, its photos being uploaded first."""
        photo_ids = photos.uploaded(self._graph, content, account, attempt)
        attached = {
            f"attached_media[{position}]": json.dumps({"media_fbid": photo_id})
            for position, photo_id in enumerate(photo_ids)
        }
        card = _card(content, attempt)
        request = self._graph.publishing(
            f"{owner(account)}/feed",
            account,
            message=content.text,
            published="true",
            fields="id,permalink_url",
            **attached,
            **({"link": card} if card else {}),
        )
        earlier = attempt.checkpoint.get("first_try_at")
        attempt.arm(first_try_at=earlier or attempt.now().isoformat())
        try:
            answer = self._graph.publish(request, account, attempt)
        except Duplicate as duplicate:
            if not earlier:
                raise Rejected("duplicate", "Facebook has just got the same post, and takes it only once.") from None
            attempt.save(duplicate="yes")
            raise duplicate
        except Rejected as refusal:
            if refusal.code != LINK_NOT_READ or content.options.get("link"):
                raise
            attempt.save(no_card="yes")  # the author asked for no preview: the post goes out without
            raise Transient(refusal.code, refusal.reason) from refusal
        post_id = id_in(answer)
        if post_id is None:
            raise InDoubt("unexpected_answer", "Facebook gave an answer that makes no sense.")
        return _published(post_id, answer)

    def reconcile(
        self, content: Content, account: Account, attempt: Attempt
    ) -> Published | NotPublished | Unanswerable:
        """Look for the post among the Page's: by its photos, which is exact, or else by text and time."""
        armed_at = attempt.armed_at
        if armed_at is None:
            return NotPublished()
        since = datetime.fromisoformat(attempt.checkpoint.get("first_try_at") or armed_at.isoformat()) - CLOCK_SKEW
        listed = list(
            rows(
                self._graph.get(
                    f"{owner(account)}/published_posts",
                    account,
                    attempt,
                    fields=FIELDS,
                    since=str(int(since.timestamp())),
                    limit=str(POSTS_LOOKED_THROUGH),
                )
            )
        )
        for post in reversed(listed):
            post_id = id_in(post)
            if (
                post_id
                and is_since(post.get("created_time"), since)
                and _is_ours(post, content, attempt)
                and attempt.recognise(post_id)
            ):
                return _published(post_id, post)
        if attempt.now() - armed_at < SETTLED:
            raise Transient("not_listed_yet", "Facebook does not list the post yet.")
        if "duplicate" in attempt.checkpoint:
            return Unanswerable("Facebook says that it has the post, but does not list it. Please look there.")
        if len(listed) >= POSTS_LOOKED_THROUGH:
            return Unanswerable("The Page has had too many posts since to find this one. Please look there.")
        return NotPublished()


def _card(content: Content, attempt: Attempt) -> str | None:
    """Return the link to show a preview of: the chosen one, else the first of the text."""
    if content.media_urls:
        return None
    chosen = content.options.get("link")
    if isinstance(chosen, str):
        return chosen
    if "no_card" in attempt.checkpoint:
        return None
    return next((url.text for url in find_urls(content.text)), None)


def _is_ours(post: Mapping[str, Any], content: Content, attempt: Attempt) -> bool:
    ours, theirs = photos.known(attempt), frozenset(_targets(post.get("attachments")))
    if ours and theirs:
        return not ours.isdisjoint(theirs)
    return same_text(post.get("message"), content.text)


def _targets(attachments: Any) -> Iterator[str]:
    for attachment in rows(attachments) if isinstance(attachments, Mapping) else ():
        target = attachment.get("target")
        if isinstance(target, Mapping) and (photo_id := id_in(target)):
            yield photo_id
        yield from _targets(attachment.get("subattachments"))


def _published(post_id: str, post: Mapping[str, Any]) -> Published:
    return Published(post_id, id_in(post, "permalink_url") or f"https://www.facebook.com/{post_id}")
