"""The adapter for Bluesky (AT Protocol).

A post is a record whose key the client chooses, so `Bluesky.reconcile` can look up exactly that record.

Checkpoint: ``rkey`` (the key of the record), ``created_at`` (its ``createdAt``), ``repo`` (its repository), ``service``
(the server of the repository), and the keys that the modules `blobs` and `videos` save.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from minutehand.platforms.bluesky import rules
from minutehand.platforms.bluesky.blobs import Blobs, blob_in, save_upload, saved_upload
from minutehand.platforms.bluesky.errors import ERRORS, is_stale
from minutehand.platforms.bluesky.handles import Handles
from minutehand.platforms.bluesky.richtext import facets, mentions
from minutehand.platforms.bluesky.session import Session, Sessions
from minutehand.platforms.bluesky.tid import tid
from minutehand.platforms.bluesky.video_service import VideoService
from minutehand.platforms.bluesky.videos import NotReady, Videos
from minutehand.platforms.deadline import time_limit
from minutehand.platforms.exchange import Exchange, Reply
from minutehand.platforms.media import MediaFetcher
from minutehand.platforms.port import (
    Account,
    Adapter,
    Attempt,
    Content,
    InDoubt,
    LinkCard,
    MediaInfo,
    NotPublished,
    Processing,
    Published,
    PublishError,
    Rejected,
    Unanswerable,
)

COLLECTION = "app.bsky.feed.post"
MAX_CREATED_AT_AGE = timedelta(minutes=5)
"""The age after which an attempt replaces the saved ``createdAt``. Feeds sort posts by ``createdAt``, so an old value
would place the post below newer posts.
"""
CARD_IMAGE_SECONDS = 5.0
"""The time limit for the upload of a link card's image."""


class Bluesky(Adapter):
    """Publishes posts on Bluesky.

    Options: ``languages``, ``linkCard``.
    """

    def __init__(self, client: httpx.Client, media: MediaFetcher) -> None:
        self._exchange = Exchange(client, "Bluesky")
        self._sessions = Sessions(self._exchange)
        self._handles = Handles()
        self._media = media
        self._blobs = Blobs(self._exchange, self._sessions, media)
        service = VideoService(client, self._sessions)
        self._videos = Videos(self._exchange, self._sessions, self._blobs, service, media)

    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published | Processing:
        """See `Adapter.publish`."""
        rkey, created_at = _key_and_time(attempt)
        self._sessions.get(account, attempt.now)
        try:
            record = self._record(content, created_at, account, attempt)
        except NotReady as not_ready:
            return Processing(not_ready.check_after)
        session = self._sessions.get(account, attempt.now)
        request = self._put_request(session, rkey, record)
        self._exchange.connect(request, attempt)
        attempt.arm(repo=session.did, service=session.service)
        reply = self._exchange.publish(request, attempt.now)
        if is_stale(reply):
            # Bluesky refused the token, so it did not accept the record. Repeat the call with a new token.
            session = self._sessions.renew(session, account, attempt.now)
            reply = self._exchange.publish(self._put_request(session, rkey, record), attempt.now)
        if reply.fields.get("error") == "InvalidSwap":
            raise InDoubt("already_there", "Bluesky already has a different record with the key of this post.")
        if not reply.ok:
            raise ERRORS.error(reply, account.token, attempt.now())
        uri = _record_uri(session.did, rkey)
        if reply.fields.get("uri") != uri:
            raise InDoubt("unexpected_answer", "Bluesky returned an unexpected response.")
        return Published(uri, _permalink(account, session.did, rkey))

    def reconcile(
        self,
        content: Content,  # noqa: ARG002
        account: Account,
        attempt: Attempt,
    ) -> Published | NotPublished | Unanswerable:
        """See `Adapter.reconcile`. Look up the record by its key. Records are public, so no session is needed."""
        rkey, repo, service = (attempt.checkpoint.get(name) for name in ("rkey", "repo", "service"))
        if rkey is None or repo is None or service is None:
            return Unanswerable("We could not confirm whether this post was published on Bluesky. Check the account.")
        request = self._exchange.client.build_request(
            "GET",
            f"{service}/xrpc/com.atproto.repo.getRecord",
            params={"repo": repo, "collection": COLLECTION, "rkey": rkey},
        )
        reply = self._exchange.prepare(request, attempt.now)
        if reply.ok:
            return Published(_record_uri(repo, rkey), _permalink(account, repo, rkey))
        if reply.fields.get("error") == "RecordNotFound":
            return NotPublished()
        raise ERRORS.error(reply, account.token, attempt.now())

    def _record(self, content: Content, created_at: str, account: Account, attempt: Attempt) -> dict[str, Any]:
        record: dict[str, Any] = {"$type": COLLECTION, "text": content.text, "createdAt": created_at}
        if found := facets(content.text, self._mentioned(content.text, account, attempt)):
            record["facets"] = found
        if languages := content.options.get("languages"):
            record["langs"] = list(languages)
        if content.media_urls:
            record["embed"] = self._embed(content, account, attempt)
        elif content.link_card is not None:
            record["embed"] = self._card(content.link_card, account, attempt)
        if content.reply_to is not None:
            record["reply"] = self._reply(content.reply_to, account, attempt)
        return record

    def _embed(self, content: Content, account: Account, attempt: Attempt) -> dict[str, Any]:
        uploads = self._upload_all(content, account, attempt)
        described = []
        for url, upload in zip(content.media_urls, uploads, strict=True):
            ratio = upload.get("ratio")
            aspect_ratio = {"aspectRatio": {"width": ratio[0], "height": ratio[1]}} if ratio else {}
            described.append((upload["blob"], {"alt": content.alt_texts.get(url, ""), **aspect_ratio}))
        blob, description = described[0]
        if str(blob.get("mimeType", "")).startswith("video/"):
            return {"$type": "app.bsky.embed.video", "video": blob, **description}
        images = [{"image": blob, **description} for blob, description in described]
        return {"$type": "app.bsky.embed.images", "images": images}

    def _card(self, card: LinkCard, account: Account, attempt: Attempt) -> dict[str, Any]:
        """Return the embed of a link card. If the card's image cannot be uploaded, the embed has no image."""
        external: dict[str, Any] = {"uri": card.url, "title": card.title or "", "description": card.description}
        if card.image is not None:
            with suppress(PublishError), time_limit(CARD_IMAGE_SECONDS):
                reply = self._blobs.send(card.image, card.image_type, account, attempt)
                if reply.ok and (blob := blob_in(reply.fields.get("blob"))) is not None:
                    external["thumb"] = blob
        return {"$type": "app.bsky.embed.external", "external": external}

    def _reply(self, uri: str, account: Account, attempt: Attempt) -> dict[str, Any]:
        """Return the ``reply`` field of a reply to ``uri``: references to the thread's first post and to ``uri``."""
        repo, _, rkey = uri.removeprefix("at://").partition(f"/{COLLECTION}/")
        reply = self._sessions.call(
            lambda session: self._exchange.client.build_request(
                "GET",
                f"{session.service}/xrpc/com.atproto.repo.getRecord",
                params={"repo": repo, "collection": COLLECTION, "rkey": rkey},
                headers=session.headers,
            ),
            account,
            attempt.now,
        )
        if reply.fields.get("error") == "RecordNotFound":
            raise Rejected(
                "reply_gone", "The Bluesky post that this one replies to no longer exists. Create a new post."
            )
        if not reply.ok:
            raise ERRORS.error(reply, account.token, attempt.now())
        parent = {"uri": reply.fields.get("uri"), "cid": reply.fields.get("cid")}
        value = reply.fields.get("value")
        thread = value.get("reply") if isinstance(value, dict) else None
        root = thread.get("root") if isinstance(thread, dict) else None
        return {"root": root or parent, "parent": parent}

    def _mentioned(self, text: str, account: Account, attempt: Attempt) -> Mapping[str, str]:
        """Return the DIDs of the accounts that ``text`` mentions, keyed by handle."""

        def ask(handle: str) -> Reply:
            return self._sessions.call(
                lambda session: self._exchange.client.build_request(
                    "GET",
                    f"{session.service}/xrpc/com.atproto.identity.resolveHandle",
                    params={"handle": handle},
                    headers=session.headers,
                ),
                account,
                attempt.now,
            )

        return self._handles.look_up([handle for _, handle in mentions(text)], ask, attempt.now)

    def _upload_all(self, content: Content, account: Account, attempt: Attempt) -> list[Any]:
        """Upload the media items that have no recent upload in the checkpoint.

        Return the upload of each item, in order. See `saved_upload` for the fields of an upload.
        """
        saved = [saved_upload(attempt, url) for url in content.media_urls]
        missing = {
            url: self._media.probe(url) for url, upload in zip(content.media_urls, saved, strict=True) if upload is None
        }
        rules.rulebook.require(content, list(missing.values()))
        return [
            upload or self._upload(missing[url], account, attempt)
            for url, upload in zip(content.media_urls, saved, strict=True)
        ]

    def _upload(self, item: MediaInfo, account: Account, attempt: Attempt) -> Any:
        saved = saved_upload(attempt, item.url)  # a post may contain the same item twice
        if saved is not None:
            return saved
        upload = self._videos.upload if item.is_video else self._blobs.image
        return save_upload(item, upload(item, account, attempt), attempt)

    def _put_request(self, session: Session, rkey: str, record: dict[str, Any]) -> httpx.Request:
        # If swapRecord is null, Bluesky refuses to overwrite a different record and accepts an identical one.
        body = {"repo": session.did, "collection": COLLECTION, "rkey": rkey, "swapRecord": None, "record": record}
        return self._exchange.client.build_request(
            "POST", f"{session.service}/xrpc/com.atproto.repo.putRecord", json=body, headers=session.headers
        )


def _key_and_time(attempt: Attempt) -> tuple[str, str]:
    """Return the record's key and ``createdAt``. Both are saved in the checkpoint.

    The key never changes, so no attempt can create a second post. ``createdAt`` may change. If an earlier call
    succeeded, Bluesky then refuses the new record because it differs, and `Bluesky.reconcile` finds the earlier record.
    """
    rkey, created_at = attempt.checkpoint.get("rkey"), attempt.checkpoint.get("created_at")
    now = attempt.now()
    if rkey and created_at and now - datetime.fromisoformat(created_at) <= MAX_CREATED_AT_AGE:
        return rkey, created_at
    rkey = rkey or tid(now, attempt.publication_id)
    created_at = now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    attempt.save(rkey=rkey, created_at=created_at)
    return rkey, created_at


def _record_uri(repo: str, rkey: str) -> str:
    return f"at://{repo}/{COLLECTION}/{rkey}"


def _permalink(account: Account, repo: str, rkey: str) -> str:
    return f"https://bsky.app/profile/{account.handle or repo}/post/{rkey}"


adapter = Bluesky
