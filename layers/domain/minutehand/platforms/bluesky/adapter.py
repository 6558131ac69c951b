"""The adapter for Bluesky (AT Protocol).

A post is a record whose key the client chooses, so `Bluesky.reconcile` can look up exactly that record.

Checkpoint: ``rkey`` and ``created_at`` (chosen before the first call), ``blob_<media key>`` (an uploaded image or
video), ``repo`` and ``service`` (the repository of the record and the server that holds it).
"""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from minutehand.platforms.bluesky import rules
from minutehand.platforms.bluesky.errors import ERRORS, is_stale
from minutehand.platforms.bluesky.handles import Handles
from minutehand.platforms.bluesky.richtext import facets, mentions
from minutehand.platforms.bluesky.session import Session, Sessions
from minutehand.platforms.bluesky.tid import tid
from minutehand.platforms.chunks import RemoteFile
from minutehand.platforms.deadline import time_limit
from minutehand.platforms.exchange import Exchange, Reply
from minutehand.platforms.media import MediaFetcher, media_key
from minutehand.platforms.port import (
    Account,
    Adapter,
    Attempt,
    Content,
    InDoubt,
    LinkCard,
    MediaInfo,
    NotPublished,
    Published,
    PublishError,
    Rejected,
    Transient,
    Unanswerable,
)

COLLECTION = "app.bsky.feed.post"
UPLOAD = "com.atproto.repo.uploadBlob"
MAX_CREATED_AT_AGE = timedelta(minutes=5)
"""The age after which an attempt replaces the saved ``createdAt``. Feeds sort posts by ``createdAt``."""
CARD_IMAGE_SECONDS = 5.0
"""The time limit for the upload of a link card's image."""
MAX_BLOB_AGE = timedelta(hours=1)
"""The age after which an unused blob is uploaded again. The server deletes blobs that no record refers to."""


MAX_BLOB_CHARACTERS = 1_000
"""The maximum length of a blob as JSON. A blob has four short fields (https://atproto.com/specs/data-model)."""


class Bluesky(Adapter):
    """Publishes on Bluesky.

    Options: ``languages``, ``linkCard``.
    """

    def __init__(self, client: httpx.Client, media: MediaFetcher) -> None:
        self._exchange = Exchange(client, "Bluesky")
        self._sessions = Sessions(self._exchange)
        self._handles = Handles()
        self._media = media

    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published:
        """See `Adapter.publish`."""
        rkey, created_at = _key_and_time(attempt)
        session = self._sessions.get(account, attempt.now)
        record = self._record(content, created_at, account, attempt)
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
                reply = self._prepare(account, attempt, self._blob_request(card.image, card.image_type))
                if reply.ok and (blob := _blob_in(reply)) is not None:
                    external["thumb"] = blob
        return {"$type": "app.bsky.embed.external", "external": external}

    def _reply(self, uri: str, account: Account, attempt: Attempt) -> dict[str, Any]:
        """Return the ``reply`` field of a reply to ``uri``: references to the thread's first post and to ``uri``."""
        repo, _, rkey = uri.removeprefix("at://").partition(f"/{COLLECTION}/")
        reply = self._prepare(
            account,
            attempt,
            lambda session: self._exchange.client.build_request(
                "GET",
                f"{session.service}/xrpc/com.atproto.repo.getRecord",
                params={"repo": repo, "collection": COLLECTION, "rkey": rkey},
                headers=session.headers,
            ),
        )
        if reply.fields.get("error") == "RecordNotFound":
            raise Rejected("reply_gone", "The Bluesky post that this one replies to no longer exists.")
        if not reply.ok:
            raise ERRORS.error(reply, account.token, attempt.now())
        parent = {"uri": reply.fields.get("uri"), "cid": reply.fields.get("cid")}
        value = reply.fields.get("value")
        thread = value.get("reply") if isinstance(value, dict) else None
        root = thread.get("root") if isinstance(thread, dict) else None
        return {"root": root or parent, "parent": parent}

    def _mentioned(self, text: str, account: Account, attempt: Attempt) -> Mapping[str, str]:
        """Return the DIDs of the accounts that ``text`` mentions, by handle."""

        def ask(handle: str) -> Reply:
            return self._prepare(
                account,
                attempt,
                lambda session: self._exchange.client.build_request(
                    "GET",
                    f"{session.service}/xrpc/com.atproto.identity.resolveHandle",
                    params={"handle": handle},
                    headers=session.headers,
                ),
            )

        return self._handles.look_up([handle for _, handle in mentions(text)], ask, attempt.now)

    def _upload_all(self, content: Content, account: Account, attempt: Attempt) -> list[Any]:
        """Return each media item's upload, in order: the ``blob``, and the item's width and height as ``ratio``.

        Upload the items that have no recent upload in the checkpoint.
        """
        saved = [_saved_upload(attempt, url) for url in content.media_urls]
        missing = {
            url: self._media.probe(url) for url, upload in zip(content.media_urls, saved, strict=True) if upload is None
        }
        rules.rulebook.require(content, list(missing.values()))
        return [
            upload or self._upload(missing[url], account, attempt)
            for url, upload in zip(content.media_urls, saved, strict=True)
        ]

    def _upload(self, item: MediaInfo, account: Account, attempt: Attempt) -> Any:
        saved = _saved_upload(attempt, item.url)  # a post may contain the same item twice
        if saved is not None:
            return saved
        build = self._video_request(item, attempt) if item.is_video else self._image_request(item)
        reply = self._prepare(account, attempt, build)
        if not reply.ok:
            raise ERRORS.error(reply, account.token, attempt.now(), what="a video" if item.is_video else "an image")
        blob = _blob_in(reply)
        if blob is None:
            raise Transient("unexpected_answer", "Bluesky returned an unexpected response to a media upload.")
        ratio = [item.width, item.height] if item.width and item.height else None
        upload = {"at": attempt.now().isoformat(), "blob": blob, "ratio": ratio}
        attempt.save(**{_upload_key(item.url): json.dumps(upload)})
        return upload

    def _image_request(self, item: MediaInfo) -> Callable[[Session], httpx.Request]:
        image = self._media.fetch(item.url, max_bytes=rules.MAX_IMAGE_BYTES)
        return self._blob_request(image.content, image.content_type)

    def _blob_request(self, content: bytes, content_type: str) -> Callable[[Session], httpx.Request]:
        return lambda session: self._exchange.client.build_request(
            "POST",
            f"{session.service}/xrpc/{UPLOAD}",
            content=content,
            headers={**session.headers, "Content-Type": content_type},
        )

    def _video_request(self, item: MediaInfo, attempt: Attempt) -> Callable[[Session], httpx.Request]:
        """Return a function that builds the upload request. The request streams the video from its server.

        Bluesky processes the video when the post is first viewed.
        """
        size = item.size_bytes
        if size is None:
            raise Rejected("media_refused", "The server of the video does not report the video's size.")
        return lambda session: self._exchange.client.build_request(
            "POST",
            f"{session.service}/xrpc/{UPLOAD}",
            content=RemoteFile(self._media, item.url, size, attempt),
            headers={**session.headers, "Content-Type": item.content_type, "Content-Length": str(size)},
        )

    def _prepare(self, account: Account, attempt: Attempt, build: Callable[[Session], httpx.Request]) -> Reply:
        """Make a call that may be repeated. If the access token was stale, repeat the call with a renewed session."""
        session = self._sessions.get(account, attempt.now)
        reply = self._exchange.prepare(build(session), attempt.now)
        if is_stale(reply):
            session = self._sessions.renew(session, account, attempt.now)
            reply = self._exchange.prepare(build(session), attempt.now)
        return reply

    def _put_request(self, session: Session, rkey: str, record: dict[str, Any]) -> httpx.Request:
        # With a null swapRecord, Bluesky refuses to overwrite a different record and accepts an identical one.
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


def _upload_key(url: str) -> str:
    return f"blob_{media_key(url)}"


def _saved_upload(attempt: Attempt, url: str) -> Any:
    """Return the upload of the media item at ``url`` from the checkpoint, or None if it is missing or too old."""
    saved = attempt.checkpoint.get(_upload_key(url))
    if saved is None:
        return None
    upload = json.loads(saved)
    return upload if attempt.now() - datetime.fromisoformat(upload["at"]) <= MAX_BLOB_AGE else None


def _blob_in(reply: Reply) -> dict[str, Any] | None:
    """Return the blob in the response to an upload, or None if there is none. A blob refers to a file by its hash."""
    blob = reply.fields.get("blob")
    return blob if isinstance(blob, dict) and len(json.dumps(blob)) <= MAX_BLOB_CHARACTERS else None


def _record_uri(repo: str, rkey: str) -> str:
    return f"at://{repo}/{COLLECTION}/{rkey}"


def _permalink(account: Account, repo: str, rkey: str) -> str:
    return f"https://bsky.app/profile/{account.handle or repo}/post/{rkey}"


adapter = Bluesky
