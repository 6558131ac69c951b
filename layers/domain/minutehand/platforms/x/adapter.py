"""The adapter for X. Media items are uploaded and processed first. One call then creates the post.

X has no idempotency keys. X refuses a text that the account posted recently, but does not name the original post. After
a publish call in doubt, `X.reconcile` searches the account's posts. A post that is not listed is sent again. If the
first call succeeded, X refuses the repeated text as a duplicate.

Checkpoint: the keys that the module `uploads` saves, ``doubted_at`` (the time of the first publish call in doubt),
``duplicate`` (set after X refused a later publish call as a duplicate).
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from minutehand.platforms.identifiers import identifier
from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.port import (
    Account,
    Adapter,
    Attempt,
    Content,
    InDoubt,
    NotPublished,
    Processing,
    Published,
    Transient,
    Unanswerable,
)
from minutehand.platforms.x import rules, timeline
from minutehand.platforms.x.errors import DUPLICATE, ERRORS, FORBIDDEN, USAGE_CAPPED
from minutehand.platforms.x.service import Service
from minutehand.platforms.x.uploads import NotReady, UploadContext, Uploads

LISTED_WITHIN = timedelta(seconds=60)
"""The assumed maximum time that X needs to list a new post."""
MAX_POSTS = "100"


class X(Adapter):
    """Publishes posts on X.

    Options: ``premium`` (the account pays for longer posts and videos), ``replySettings``, ``quoteTweetId``,
    ``communityId``, ``poll`` (``options``, ``durationMinutes``), ``madeWithAi``, ``paidPartnership``.
    """

    def __init__(self, client: httpx.Client, media: MediaFetcher) -> None:
        self._service = Service(client)
        self._uploads = Uploads(self._service, media)
        self._media = media

    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        """See `Adapter.publish`."""
        media = [self._media.probe(url) for url in content.media_urls]
        rules.rulebook.require(content, media)
        context = UploadContext(account, attempt)
        try:
            media_ids = [
                self._uploads.upload(position, item, content.alt_texts.get(item.url, ""), context)
                for position, item in enumerate(media)
            ]
        except NotReady as not_ready:
            return Processing(not_ready.check_after)
        request = self._service.request("/tweets", account, body=_body(content, media_ids))
        self._service.exchange.connect(request, attempt)
        attempt.arm()
        reply = self._service.exchange.publish(request, attempt.now)
        if ERRORS.meaning(reply) is DUPLICATE and attempt.checkpoint.get("doubted_at"):
            attempt.save(duplicate="yes")
            raise InDoubt("already_there", "X already has a post with this text, and it is probably this post.")
        if not reply.ok:
            raise ERRORS.error(reply, account.token, attempt.now(), publishing=True)
        data = reply.fields.get("data")
        post_id = identifier(data.get("id")) if isinstance(data, Mapping) else None
        if post_id is None:
            raise InDoubt("unexpected_answer", "X returned an unexpected response.")
        return Published(post_id, _permalink(account, post_id))

    def reconcile(
        self, content: Content, account: Account, attempt: Attempt
    ) -> Published | NotPublished | Unanswerable:
        """See `Adapter.reconcile`. Search the account's posts since the call for a post with the same text and the same
        number of media items.
        """
        if attempt.armed_at is None:
            return NotPublished()
        doubted_at = attempt.checkpoint.get("doubted_at")
        since = datetime.fromisoformat(doubted_at) if doubted_at else attempt.armed_at
        posts = self._posts(since, account, attempt)
        if posts is None:
            return Unanswerable(
                "We could not confirm whether this post was published on X, because X does not allow reading the "
                "account's posts. Check the account."
            )
        for post_id in timeline.matching(posts, content, since):
            if attempt.recognise(post_id):
                return Published(post_id, _permalink(account, post_id))
        if attempt.now() - attempt.armed_at < LISTED_WITHIN:
            raise Transient("not_listed", "X does not list the post yet.")
        if attempt.checkpoint.get("duplicate"):
            return Unanswerable(
                "We could not confirm whether this post was published on X: X refused the text as a duplicate, but "
                "lists no such post. Check the account."
            )
        attempt.save(doubted_at=since.isoformat())
        return NotPublished()

    def _posts(self, since: datetime, account: Account, attempt: Attempt) -> list[Any] | None:
        """Return the account's latest posts without reposts, newest first, or None if X does not allow reading them.

        The list has at most `MAX_POSTS` posts, and none created more than `MAX_CLOCK_SKEW` before ``since``.
        """
        user_id = account.account_id or self._own_id(account, attempt)
        start = (since - timeline.MAX_CLOCK_SKEW).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        reply = self._service.get(
            f"/users/{user_id}/tweets",
            account,
            attempt,
            **{
                "max_results": MAX_POSTS,
                "start_time": start,
                "exclude": "retweets",
                "tweet.fields": timeline.FIELDS,
            },
        )
        if ERRORS.meaning(reply) in (FORBIDDEN, USAGE_CAPPED):
            return None
        if not reply.ok:
            raise ERRORS.error(reply, account.token, attempt.now(), what="the request")
        data, meta = reply.fields.get("data"), reply.fields.get("meta")
        if data is None and isinstance(meta, Mapping) and meta.get("result_count") == 0:
            return []  # X omits an empty list
        if not isinstance(data, list):
            raise Transient("unexpected_answer", "X returned an unexpected response to the search for the post.")
        return data

    def _own_id(self, account: Account, attempt: Attempt) -> str:
        reply = self._service.get("/users/me", account, attempt)
        if not reply.ok:
            raise ERRORS.error(reply, account.token, attempt.now(), what="the request")
        data = reply.fields.get("data")
        user_id = identifier(data.get("id")) if isinstance(data, Mapping) else None
        if user_id is None:
            raise Transient("unexpected_answer", "X returned an unexpected response to the account look-up.")
        return user_id


def _body(content: Content, media_ids: Sequence[str]) -> dict[str, Any]:
    """Return the body of the publish call, without empty properties, which X refuses."""
    options, poll = content.options, content.options.get("poll")
    properties: dict[str, Any] = {
        "text": content.text,
        "media": {"media_ids": list(media_ids)} if media_ids else None,
        "reply": {"in_reply_to_tweet_id": content.reply_to} if content.reply_to else None,
        "quote_tweet_id": options.get("quoteTweetId"),
        "community_id": options.get("communityId"),
        "reply_settings": options.get("replySettings"),
        "made_with_ai": options.get("madeWithAi"),
        "paid_partnership": options.get("paidPartnership"),
        "poll": {"options": poll["options"], "duration_minutes": poll["durationMinutes"]} if poll else None,
    }
    return {name: value for name, value in properties.items() if value}


def _permalink(account: Account, post_id: str) -> str:
    name = account.handle.removeprefix("@")
    return f"https://x.com/{name}/status/{post_id}" if name else f"https://x.com/i/web/status/{post_id}"


adapter = X
