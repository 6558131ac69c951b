"""The adapter for Mastodon.

The Idempotency-Key of the publish call is the publication's id, so `Mastodon.reconcile` can replay the call. A server
stores the key only after it has created the post, and some compatible servers ignore the key. A replay is therefore
safe only if the first call has ended and its post is not among the account's statuses.

Checkpoint: ``media_<position>_<media key>`` (the id of an uploaded file), ``media_ids`` (the ids in the publish call,
in order), ``account`` (the account's id on its server).
"""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx

from minutehand.platforms.chunks import RemoteFile
from minutehand.platforms.exchange import Exchange, Reply, bearer
from minutehand.platforms.identifiers import bounded_text, identifier
from minutehand.platforms.mastodon import statuses
from minutehand.platforms.mastodon.errors import ERRORS
from minutehand.platforms.mastodon.instance import Instances
from minutehand.platforms.mastodon.rules import MAX_IMAGE_BYTES, Limits, rulebook_of
from minutehand.platforms.media import MediaFetcher, media_key
from minutehand.platforms.media_size import require_size
from minutehand.platforms.omissions import omit
from minutehand.platforms.port import (
    Account,
    Adapter,
    Attempt,
    Content,
    InDoubt,
    MediaInfo,
    NotPublished,
    Processing,
    Published,
    Transient,
    Unanswerable,
)

REPLAY_AFTER = timedelta(seconds=60)
"""The minimum age of a call that is replayed. An overloaded server may still be creating the post of a call that
received no response or the status 504. A proxy in front of a server usually ends a call after 60 seconds.
"""
REPLAY_WITHIN = timedelta(minutes=55)
"""The maximum age of a call that is replayed. A server remembers a key for an hour, so this age leaves a safety margin.
"""
READY, STILL_PROCESSING, NOT_FOUND, UNPROCESSABLE = 200, 206, 404, 422
MAX_POLLS, POLL_SECONDS = 4, 0.5
CHECK_MEDIA_AFTER = timedelta(seconds=5)
MAX_STATUSES = 40


class Mastodon(Adapter):
    """Publishes posts on Mastodon.

    Options: ``visibility`` (public, unlisted, private, direct), ``spoilerText``, ``sensitive``, ``language``.
    """

    def __init__(self, client: httpx.Client, media: MediaFetcher, sleep: Callable[[float], None] = time.sleep) -> None:
        """Create the adapter. ``sleep`` waits between two polls of an uploaded file."""
        self._exchange = Exchange(client, "Mastodon")
        self._instances = Instances(self._exchange)
        self._media = media
        self._sleep = sleep

    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        """See `Adapter.publish`."""
        limits = self._instances.limits(_server(account), account.token.get("access_token", ""), attempt.now)
        media = [self._media.probe(url) for url in content.media_urls]
        rulebook_of(limits).require(content, media)
        account_id = _local_id(account) or self._own_id(account, attempt)
        media_ids = []
        for position, item in enumerate(media):
            # The key contains the position, because a file can be attached only once. A repeated image is uploaded
            # twice.
            key = f"media_{position}_{media_key(item.url)}"
            alt = content.alt_texts.get(item.url, "")
            media_id, ready = self._uploaded(key, item, alt, limits, account, attempt)
            if not ready:
                return Processing(CHECK_MEDIA_AFTER)
            media_ids.append(media_id)
        request = self._status_request(content, media_ids, account, attempt)
        self._exchange.connect(request, attempt)
        attempt.arm(media_ids=",".join(media_ids), account=account_id)
        reply = self._exchange.publish(request, attempt.now)
        if reply.ok:
            return _published(reply.data)
        if any(self._media_state(media_id, account, attempt) == STILL_PROCESSING for media_id in media_ids):
            raise Transient("media_processing", "Mastodon is still processing an image or video.")
        raise ERRORS.error(reply, account.token, attempt.now(), publishing=True, is_reply=content.reply_to is not None)

    def reconcile(
        self, content: Content, account: Account, attempt: Attempt
    ) -> Published | NotPublished | Unanswerable:
        """See `Adapter.reconcile`.

        Search the account's statuses first, because a server may have the post but not the key. If the post is not
        listed after `REPLAY_AFTER`, replay the call with its key. The server then returns the post of the first call,
        or creates the post now. A replay requires that the server still remembers the key and that the post may still
        be sent. If the call is not replayed, a post that was never created cannot be distinguished from a post that was
        deleted or is not listed.
        """
        armed_at = attempt.armed_at
        if armed_at is None:
            return NotPublished()
        media_ids = [media_id for media_id in attempt.checkpoint.get("media_ids", "").split(",") if media_id]
        for status in statuses.matching(
            self._recent(account, attempt),
            content.text,
            media_ids=frozenset(media_ids),
            reply_to=content.reply_to,
            since=armed_at,
        ):
            if attempt.recognise(str(status["id"])):
                return _published(status)
        age = attempt.now() - armed_at
        if age > REPLAY_WITHIN:
            return Unanswerable("We could not confirm whether this post was published on Mastodon. Check the account.")
        if age < REPLAY_AFTER:
            raise Transient("settling", "Mastodon may still be creating the post.")
        if not attempt.may_send():
            raise Transient(
                "may_not_be_sent",
                "Mastodon does not list the post. It is not sent again during a pause or after its window has closed.",
            )
        return self._replay(self._status_request(content, media_ids, account, attempt), media_ids, account, attempt)

    def _replay(
        self, request: httpx.Request, media_ids: list[str], account: Account, attempt: Attempt
    ) -> Published | NotPublished | Unanswerable:
        reply = self._exchange.prepare(request, attempt.now)
        if reply.ok:
            published = _published(reply.data)
            if attempt.recognise(published.remote_id):
                return published
            return Unanswerable(
                "Mastodon returned one post for two identical publications. Check that the account shows both posts."
            )
        refusal = ERRORS.error(reply, account.token, attempt.now())
        if isinstance(refusal, Transient) or reply.status in (401, 403):
            raise refusal
        # A server looks up the key before it checks the post, so a refusal means that the key is unknown. A file that
        # is no longer available may be attached to the post of an earlier call, if the server lost the key in a crash.
        if any(self._media_state(media_id, account, attempt) == NOT_FOUND for media_id in media_ids):
            return Unanswerable(
                "We could not confirm whether this post was published on Mastodon: its media may belong to a post "
                "that Mastodon does not list. Check the account."
            )
        return NotPublished()

    def _recent(self, account: Account, attempt: Attempt) -> list[Any]:
        """Return the account's latest statuses, oldest first, or an empty list if the server does not return them."""
        account_id = attempt.checkpoint.get("account") or _local_id(account)
        if not account_id:
            return []
        reply = self._get(
            account,
            attempt,
            f"/api/v1/accounts/{account_id}/statuses",
            limit=str(MAX_STATUSES),
            exclude_reblogs="true",
        )
        if reply.status == 401:
            raise ERRORS.error(reply, account.token, attempt.now(), what="the request")
        return reply.data[::-1] if reply.ok and isinstance(reply.data, list) else []

    def _uploaded(
        self, key: str, item: MediaInfo, alt: str, limits: Limits, account: Account, attempt: Attempt
    ) -> tuple[str, bool]:
        """Upload ``item``, unless the server still has the file whose id is in the checkpoint. Return the file's id and
        whether the file is ready.
        """
        media_id = attempt.checkpoint.get(key)
        state = self._media_state(media_id, account, attempt) if media_id else NOT_FOUND
        if media_id is None or state == NOT_FOUND:
            media_id, state = self._upload(item, alt, limits, account, attempt)
            attempt.save(**{key: media_id})
        for _ in range(MAX_POLLS):
            if state == READY:
                break
            self._sleep(POLL_SECONDS)
            state = self._media_state(media_id, account, attempt)
        return media_id, state == READY

    def _upload(self, item: MediaInfo, alt: str, limits: Limits, account: Account, attempt: Attempt) -> tuple[str, int]:
        """Upload ``item``. Return the file's id and the file's state: READY or STILL_PROCESSING."""
        what = "a video" if item.is_video else "an image"
        reply = self._send_file(item, alt, limits, account, attempt)
        if alt and reply.status == UNPROCESSABLE:
            # A server may have an unpublished limit on alternative texts, which are optional.
            refusal = ERRORS.error(reply, account.token, attempt.now(), what=what)
            reply = self._send_file(item, "", limits, account, attempt)
            if reply.ok:
                sentence = f"{what.capitalize()} has no alternative text. {refusal.reason}"
                omit(f"alt_text_{media_key(item.url)}", sentence, attempt)
        if not reply.ok:
            raise ERRORS.error(reply, account.token, attempt.now(), what=what)
        media_id = identifier(reply.fields.get("id"))
        if media_id is None:
            raise Transient("unexpected_answer", "Mastodon returned an unexpected response to a media upload.")
        return media_id, READY if reply.status == READY else STILL_PROCESSING

    def _send_file(self, item: MediaInfo, alt: str, limits: Limits, account: Account, attempt: Attempt) -> Reply:
        request = self._exchange.client.build_request(
            "POST",
            f"{_server(account)}/api/v2/media",
            headers=_headers(account),
            files={"file": self._file(item, limits, attempt)},
            data={"description": alt} if alt else None,
        )
        return self._exchange.prepare(request, attempt.now)

    def _file(self, item: MediaInfo, limits: Limits, attempt: Attempt) -> tuple[str, Any, str]:
        """Return the name, content and type of ``item`` for a form. The content of a video is a stream."""
        if not item.is_video:
            image = self._media.fetch(
                item.url, max_bytes=min(limits.max_image_bytes or MAX_IMAGE_BYTES, MAX_IMAGE_BYTES)
            )
            return "image." + image.content_type.rpartition("/")[2], image.content, image.content_type
        file = RemoteFile(self._media, item.url, require_size(item), attempt)
        return "video." + item.content_type.rpartition("/")[2], file, item.content_type

    def _media_state(self, media_id: str, account: Account, attempt: Attempt) -> int:
        """Return the state of a file: READY, STILL_PROCESSING or NOT_FOUND. NOT_FOUND means that the file was deleted,
        or is already attached to a post.
        """
        reply = self._get(account, attempt, f"/api/v1/media/{media_id}")
        if reply.status in (READY, STILL_PROCESSING, NOT_FOUND):
            return reply.status
        raise ERRORS.error(reply, account.token, attempt.now(), what="an image or video")

    def _own_id(self, account: Account, attempt: Attempt) -> str:
        reply = self._get(account, attempt, "/api/v1/accounts/verify_credentials")
        account_id = identifier(reply.fields.get("id"))
        if not reply.ok or account_id is None:
            raise ERRORS.error(reply, account.token, attempt.now())
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
            json={"status": content.text, "media_ids": media_ids, **_optional_fields(content)},
        )


def _optional_fields(content: Content) -> dict[str, Any]:
    options = content.options
    fields = {
        "in_reply_to_id": content.reply_to,
        "visibility": options.get("visibility"),
        "spoiler_text": options.get("spoilerText"),
        "sensitive": options.get("sensitive"),
        "language": options.get("language"),
    }
    return {name: value for name, value in fields.items() if value is not None}


def _server(account: Account) -> str:
    return account.base_url.rstrip("/")


def _local_id(account: Account) -> str:
    """Return the account's id on its server. `Account.account_id` also contains the server's name."""
    return account.account_id.partition("@")[0]


def _headers(account: Account) -> dict[str, str]:
    return bearer(account.token.get("access_token", ""), "Mastodon")


def _published(status: Any) -> Published:
    status_id = identifier(status.get("id")) if isinstance(status, dict) else None
    if status_id is None:
        raise InDoubt("unexpected_answer", "Mastodon returned an unexpected response.")
    return Published(status_id, bounded_text(status.get("url")))


adapter = Mastodon
