"""X: media are uploaded and digested first; then one call makes the post.

X refuses a text that it has had shortly before, without naming the post. After a call without an answer the account's
posts are looked through; should the post be sent again because it was not there, that refusal says that it is.

Checkpoint: what `uploads` keeps, ``doubted_at`` (when the first call without an answer began), ``duplicate`` (that X
refused the post as one that it has, after that).
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.port import (
    Account,
    Attempt,
    Content,
    InDoubt,
    MediaInfo,
    NotPublished,
    Processing,
    Published,
    Rejected,
    Transient,
    Unanswerable,
)
from minutehand.platforms.x import rules, timeline
from minutehand.platforms.x.errors import Meaning, meaning_of, refusal
from minutehand.platforms.x.service import Service
from minutehand.platforms.x.uploads import NotReady, Run, Uploads

SETTLED_AFTER = timedelta(seconds=60)
"""By then a post that was made is listed."""
POSTS_LOOKED_THROUGH = "100"


class X:
    """Implements `minutehand.platforms.port.Adapter`.

    Options: ``premium`` (the account pays for longer posts and videos), ``replySettings``, ``quoteTweetId``,
    ``communityId``, ``poll`` (``options``, ``durationMinutes``), ``madeWithAi``, ``paidPartnership``.
    """

    def __init__(self, client: httpx.Client, media: MediaFetcher) -> None:
        self._service = Service(client)
        self._uploads = Uploads(self._service, media)
        self._media = media

    def validate(self, content: Content, media: Sequence[MediaInfo] = ()) -> list[str]:
        """See `Adapter.validate`."""
        return rules.problems(content, media)

    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        """See `Adapter.publish`."""
        media = [self._media.probe(url) for url in content.media_urls]
        if broken := rules.problems(content, media):
            raise Rejected("invalid_content", " ".join(broken))
        run = Run(account, attempt)
        try:
            media_ids = [
                self._uploads.ready(position, medium, content.alt_texts.get(medium.url, ""), run)
                for position, medium in enumerate(media)
            ]
        except NotReady as later:
            return Processing(later.check_after)
        request = self._service.request("/tweets", account, body=_body(content, media_ids))
        attempt.arm()
        reply = self._service.exchange.publish(request, attempt.now)
        if meaning_of(reply) is Meaning.DUPLICATE and attempt.checkpoint.get("doubted_at"):
            attempt.save(duplicate="yes")
            raise InDoubt("already_there", "X has a post with this text already: probably ours.")
        if not reply.ok:
            raise refusal(reply, "the post", account, publishing=True)
        data = reply.fields.get("data")
        post_id = data.get("id") if isinstance(data, Mapping) else None
        if not isinstance(post_id, str):
            raise InDoubt("unexpected_answer", "X gave an answer that makes no sense.")
        return Published(post_id, _permalink(account, post_id))

    def resume(self, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        """See `Adapter.resume`: uploads are in the checkpoint, so publishing goes on where it stopped."""
        return self.publish(content, account, attempt)

    def reconcile(
        self, content: Content, account: Account, attempt: Attempt
    ) -> Published | NotPublished | Unanswerable:
        """See `Adapter.reconcile`. A post with the same text and as many media, made since then, is taken for ours."""
        if attempt.armed_at is None:
            return NotPublished()
        doubted_at = attempt.checkpoint.get("doubted_at")
        since = datetime.fromisoformat(doubted_at) if doubted_at else attempt.armed_at
        posts = self._posts(since, account, attempt)
        if posts is None:
            return Unanswerable("X does not let us read the account's posts, to see ours there. Please look.")
        for post_id in timeline.like(posts, content, since):
            if attempt.recognise(post_id):
                return Published(post_id, _permalink(account, post_id))
        if attempt.now() - attempt.armed_at < SETTLED_AFTER:
            raise Transient("not_listed", "X does not list the post yet.")
        if attempt.checkpoint.get("duplicate"):
            return Unanswerable("X refuses the text as one that it has already, but does not list it. Please look.")
        attempt.save(doubted_at=since.isoformat())
        return NotPublished()

    def _posts(self, since: datetime, account: Account, attempt: Attempt) -> list[Any] | None:
        """Return the account's posts since then; None where we may not read them."""
        user_id = account.account_id or self._own_id(account, attempt)
        start = (since - timeline.CLOCK_SKEW).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        reply = self._service.get(
            f"/users/{user_id}/tweets",
            account,
            attempt,
            **{
                "max_results": POSTS_LOOKED_THROUGH,
                "start_time": start,
                "exclude": "retweets",
                "tweet.fields": timeline.FIELDS,
            },
        )
        if meaning_of(reply) in (Meaning.FORBIDDEN, Meaning.USAGE_CAPPED):
            return None
        if not reply.ok:
            raise refusal(reply, "the question", account)
        data = reply.fields.get("data", [])  # where there are no posts, there is no list either
        if not isinstance(data, list):
            raise Transient("unexpected_answer", "X gave a list that makes no sense.")
        return data

    def _own_id(self, account: Account, attempt: Attempt) -> str:
        reply = self._service.get("/users/me", account, attempt)
        if not reply.ok:
            raise refusal(reply, "the question", account)
        data = reply.fields.get("data")
        if not isinstance(data, Mapping) or not isinstance(data.get("id"), str):
            raise Transient("unexpected_answer", "X gave an answer about the account that makes no sense.")
        return str(data["id"])


def _body(content: Content, media_ids: Sequence[str]) -> dict[str, Any]:
    """Return the body of the publishing call. X refuses properties that it does not know, or that are empty."""
    options, poll = content.options, content.options.get("poll")
    known: dict[str, Any] = {
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
    return {name: value for name, value in known.items() if value}


def _permalink(account: Account, post_id: str) -> str:
    name = account.handle.removeprefix("@")
    return f"https://x.com/{name}/status/{post_id}" if name else f"https://x.com/i/web/status/{post_id}"


adapter = X
