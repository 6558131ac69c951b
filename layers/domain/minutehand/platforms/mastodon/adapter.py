"""Mastodon: the publishing call carries an Idempotency-Key, the publication's id, so that it can be replayed.

Checkpoint: ``media_<position>_<media>`` (the id of an uploaded file), ``media_ids`` (those of the publishing call, in
order), ``account`` (whose statuses to look through).
"""

import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import httpx

from minutehand.platforms.chunks import RemoteFile
from minutehand.platforms.exchange import Exchange, Reply, bearer, saying
from minutehand.platforms.mastodon import statuses
from minutehand.platforms.mastodon.instance import Instances
from minutehand.platforms.mastodon.rules import Limits, everywhere, problems
from minutehand.platforms.media import MediaFetcher, media_key
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

REPLAY_WITHIN = timedelta(minutes=55)
"""A server remembers an Idempotency-Key for an hour; the rest is for clocks that differ and slow calls."""
READY, STILL_PROCESSING, NOT_FOUND = 200, 206, 404
POLLS, POLL_SECONDS = 4, 0.5
CHECK_MEDIA_AFTER = timedelta(seconds=5)
STATUSES_LOOKED_THROUGH = 40


class Mastodon:
    """Implements `minutehand.platforms.port.Adapter`.

    Options: ``visibility`` (public, unlisted, private, direct), ``spoilerText``, ``sensitive``, ``language``.
    """

    def __init__(self, client: httpx.Client, media: MediaFetcher, pause: Callable[[float], None] = time.sleep) -> None:
        """``pause`` waits some seconds between two questions about a file."""
        self._exchange = Exchange(client, "Mastodon")
        self._instances = Instances(self._exchange)
        self._media = media
        self._pause = pause

    def validate(self, content: Content, media: Sequence[MediaInfo] = ()) -> list[str]:
        """See `Adapter.validate`. Each server has its own limits, which `publish` checks; few hold everywhere."""
        return everywhere(content, media)

    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        """See `Adapter.publish`."""
        limits = self._instances.limits(_server(account), attempt.now)
        media = [self._media.probe(url) for url in content.media_urls]
        if broken := problems(content, limits, media):
            raise Rejected("invalid_content", " ".join(broken))
        account_id = _local_id(account) or self._own_id(account, attempt)
        media_ids = []
        for position, medium in enumerate(media):
            key = f"media_{position}_{media_key(medium.url)}"  # the same image twice is two files: one is attached once
            alt = content.alt_texts.get(medium.url, "")
            media_id, ready = self._uploaded(key, medium, alt, limits, account, attempt)
            if not ready:
                return Processing(CHECK_MEDIA_AFTER)
            media_ids.append(media_id)
        request = self._status_request(content, media_ids, account, attempt)
        attempt.arm(media_ids=",".join(media_ids), account=account_id)
        reply = self._exchange.publish(request, attempt.now)
        if reply.ok:
            return _published(reply.data)
        if any(self._media_state(media_id, account, attempt) == STILL_PROCESSING for media_id in media_ids):
            raise Transient("media_processing", "Mastodon has not finished with an image yet.")
        refusal = _refusal(reply, account, "the post")
        if isinstance(refusal, Transient):
            raise InDoubt(refusal.code, refusal.reason)
        raise refusal

    def resume(self, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        """See `Adapter.resume`: files are in the checkpoint, so publishing goes on where it stopped."""
        return self.publish(content, account, attempt)

    def reconcile(
        self, content: Content, account: Account, attempt: Attempt
    ) -> Published | NotPublished | Unanswerable:
        """See `Adapter.reconcile`.

        First the account's statuses are looked through: a server that crashed may have the post and not its key.
        Where it is not among them, the call is replayed with its key as long as the server remembers it and the post
        may go out: it answers with the post that landed, or lands it now, once. After that, nobody can tell a post that
        was never there from one that was deleted or is not listed.
        """
        armed_at = attempt.armed_at
        if armed_at is None:
            return NotPublished()
        media_ids = [media_id for media_id in attempt.checkpoint.get("media_ids", "").split(",") if media_id]
        for status in statuses.like(
            self._recent(account, attempt),
            content.text,
            media_ids=frozenset(media_ids),
            reply_to=content.reply_to,
            since=armed_at,
        ):
            if attempt.recognise(str(status["id"])):
                return _published(status)
        if attempt.now() - armed_at > REPLAY_WITHIN:
            return Unanswerable(
                "Mastodon does not list the post, and remembers the call for an hour only. Please look there."
            )
        if not attempt.may_send():
            raise Transient("may_not_be_sent", "Mastodon does not list the post, which may not be sent again just now.")
        return self._replay(self._status_request(content, media_ids, account, attempt), media_ids, account, attempt)

    def _replay(
        self, request: httpx.Request, media_ids: list[str], account: Account, attempt: Attempt
    ) -> Published | NotPublished | Unanswerable:
        reply = self._exchange.prepare(request, attempt.now)
        if reply.ok:
            published = _published(reply.data)
            if attempt.recognise(published.remote_id):
                return published
            return Unanswerable("Mastodon has one post for two that say the same. Please look whether both are there.")
        refusal = _refusal(reply, account, "the question")
        if isinstance(refusal, Transient) or reply.status in (401, 403):
            raise refusal
        # The key comes before every check: who refuses the post does not know it by its key. A file that is gone may
        # hang on the post all the same, under a key that a crashing server forgot.
        if any(self._media_state(media_id, account, attempt) == NOT_FOUND for media_id in media_ids):
            return Unanswerable("Mastodon has used the post's images, but does not show the post. Please look there.")
        return NotPublished()

    def _recent(self, account: Account, attempt: Attempt) -> list[Any]:
        account_id = attempt.checkpoint.get("account") or _local_id(account)
        reply = self._get(
            account,
            attempt,
            f"/api/v1/accounts/{account_id}/statuses",
            limit=str(STATUSES_LOOKED_THROUGH),
            exclude_reblogs="true",
        )
        if reply.status == 401:
            raise _refusal(reply, account, "the question")
        # Where we may post but not read, nothing is found here. The oldest first: ours was the first to be meant.
        return reply.data[::-1] if reply.ok and isinstance(reply.data, list) else []

    def _uploaded(
        self, key: str, medium: MediaInfo, alt: str, limits: Limits, account: Account, attempt: Attempt
    ) -> tuple[str, bool]:
        """Return the id of the file for ``medium``, uploaded if need be, and whether it is ready to be attached."""
        media_id = attempt.checkpoint.get(key)
        state = self._media_state(media_id, account, attempt) if media_id else NOT_FOUND
        if media_id is None or state == NOT_FOUND:
            media_id, state = self._upload(medium, alt, limits, account, attempt)
            attempt.save(**{key: media_id})
        for _ in range(POLLS):
            if state == READY:
                break
            self._pause(POLL_SECONDS)
            state = self._media_state(media_id, account, attempt)
        return media_id, state == READY

    def _upload(
        self, medium: MediaInfo, alt: str, limits: Limits, account: Account, attempt: Attempt
    ) -> tuple[str, int]:
        request = self._exchange.client.build_request(
            "POST",
            f"{_server(account)}/api/v2/media",
            headers=_headers(account),
            files={"file": self._file(medium, limits, attempt)},
            data={"description": alt} if alt else None,
        )
        reply = self._exchange.prepare(request, attempt.now)
        if not reply.ok:
            raise _refusal(reply, account, "a video" if medium.is_video else "an image")
        media_id = reply.fields.get("id")
        if not isinstance(media_id, str):
            raise Transient("unexpected_answer", "Mastodon gave an answer to an image that makes no sense.")
        return media_id, READY if reply.status == READY else STILL_PROCESSING

    def _file(self, medium: MediaInfo, limits: Limits, attempt: Attempt) -> tuple[str, Any, str]:
        """Return name, content and type of a file for a form. A video is read while it is sent."""
        if not medium.is_video:
            image = self._media.fetch(medium.url, max_bytes=limits.max_image_bytes)
            return "image." + image.content_type.rpartition("/")[2], image.content, image.content_type
        if medium.size_bytes is None:
            raise Rejected("media_refused", "The size of the video cannot be found out: its server does not tell it.")
        file = RemoteFile(self._media, medium.url, medium.size_bytes, attempt)
        return "video." + medium.content_type.rpartition("/")[2], file, medium.content_type

    def _media_state(self, media_id: str, account: Account, attempt: Attempt) -> int:
        """Return READY, STILL_PROCESSING, or NOT_FOUND (never there, cleared away, or attached already)."""
        reply = self._get(account, attempt, f"/api/v1/media/{media_id}")
        if reply.status in (READY, STILL_PROCESSING, NOT_FOUND):
            return reply.status
        raise _refusal(reply, account, "an image")

    def _own_id(self, account: Account, attempt: Attempt) -> str:
        reply = self._get(account, attempt, "/api/v1/accounts/verify_credentials")
        account_id = reply.fields.get("id")
        if not reply.ok or not isinstance(account_id, str):
            raise _refusal(reply, account, "the post")
        return account_id

    def _get(self, account: Account, attempt: Attempt, path: str, **query: str) -> Reply:
        request = self._exchange.client.build_request(
            "GET", _server(account) + path, params=query or None, headers=_headers(account)
        )
        return self._exchange.prepare(request, attempt.now)

    def _status_request(
        self, content: Content, media_ids: list[str], account: Account, attempt: Attempt
    ) -> httpx.Request:
        return self._exchange.client.build_request(
            "POST",
            f"{_server(account)}/api/v1/statuses",
            headers={**_headers(account), "Idempotency-Key": attempt.publication_id},
            json={"status": content.text, "media_ids": media_ids, **_choices(content)},
        )


def _choices(content: Content) -> dict[str, Any]:
    options = content.options
    chosen = {
        "in_reply_to_id": content.reply_to,
        "visibility": options.get("visibility"),
        "spoiler_text": options.get("spoilerText"),
        "sensitive": options.get("sensitive"),
        "language": options.get("language"),
    }
    return {name: value for name, value in chosen.items() if value is not None}


def _server(account: Account) -> str:
    return account.base_url.rstrip("/")


def _local_id(account: Account) -> str:
    """Return the account's id on its server; it is stored with the server's name, as servers give ids of their own."""
    return account.account_id.partition("@")[0]


def _headers(account: Account) -> dict[str, str]:
    return bearer(account.token.get("access_token", ""), "Mastodon")


def _published(status: Any) -> Published:
    status_id = status.get("id") if isinstance(status, dict) else None
    if not isinstance(status_id, str):
        raise InDoubt("unexpected_answer", "Mastodon gave an answer that makes no sense.")
    url = status.get("url")
    return Published(status_id, url if isinstance(url, str) else None)


def _refusal(reply: Reply, account: Account, what: str) -> Rejected | Transient:
    """Return what a server means that says no. Only its own words count: a wall before it may say anything."""
    said = saying(reply.fields.get("error"), account.token)
    if not said:
        return Transient("unexpected_answer", f"Mastodon gave an answer that makes no sense (HTTP {reply.status}).")
    if reply.status == 401:
        return Rejected("reconnect_required", f"Mastodon does not let us in ({said}): connect the account again.")
    return Rejected("refused", f"Mastodon refused {what}: {said}")


adapter = Mastodon
