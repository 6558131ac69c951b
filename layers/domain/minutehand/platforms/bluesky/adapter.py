"""Bluesky (AT Protocol): a post is a record at a key of our choice, so a call in doubt can be asked about exactly.

Checkpoint: ``rkey`` and ``created_at`` (chosen before anything else), ``blob_<media>`` (an uploaded image or video),
``repo`` and ``service`` (where the record was put).
"""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from minutehand.platforms.bluesky import rules
from minutehand.platforms.bluesky.richtext import facets
from minutehand.platforms.bluesky.session import Session, Sessions, is_stale
from minutehand.platforms.bluesky.tid import tid
from minutehand.platforms.chunks import RemoteFile
from minutehand.platforms.exchange import Exchange, Reply, saying
from minutehand.platforms.media import MediaFetcher, media_key
from minutehand.platforms.port import (
    Account,
    Attempt,
    Content,
    InDoubt,
    MediaInfo,
    NotPublished,
    Published,
    Rejected,
    Transient,
    Unanswerable,
)

COLLECTION = "app.bsky.feed.post"
UPLOAD = "com.atproto.repo.uploadBlob"
CREATED_AT_KEPT = timedelta(minutes=5)
"""A post that is tried again later than this gets a new time: a feed would sort it under the posts of back then."""
BLOB_KEPT = timedelta(hours=1)
"""Images that no record mentions are cleared away by the server after a while."""


class Bluesky:
    """Implements `minutehand.platforms.port.Adapter`.

    Options: ``languages``.
    """

    def __init__(self, client: httpx.Client, media: MediaFetcher) -> None:
        self._exchange = Exchange(client, "Bluesky")
        self._sessions = Sessions(self._exchange)
        self._media = media

    def validate(self, content: Content, media: Sequence[MediaInfo] = ()) -> list[str]:
        """See `Adapter.validate`."""
        return rules.problems(content, media)

    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published:
        """See `Adapter.publish`."""
        rkey, created_at = _chosen(attempt)
        session = self._sessions.get(account, attempt.now)
        record = self._record(content, created_at, account, attempt)
        session = self._sessions.get(account, attempt.now)
        request = self._put(session, rkey, record)
        attempt.arm(repo=session.did, service=session.service)
        reply = self._exchange.publish(request, attempt.now)
        if is_stale(reply):
            # Refused for its token, so certainly not accepted: the same call is made again with a new one.
            session = self._sessions.renew(session, account, attempt.now)
            reply = self._exchange.publish(self._put(session, rkey, record), attempt.now)
        if reply.fields.get("error") == "InvalidSwap":
            raise InDoubt("already_there", "Bluesky has a post in this one's place already.")
        if not reply.ok:
            raise self._refusal(reply, account)
        uri = reply.fields.get("uri")
        if not isinstance(uri, str):
            raise InDoubt("unexpected_answer", "Bluesky gave an answer that makes no sense.")
        return Published(uri, _permalink(account, session.did, rkey))

    def resume(self, content: Content, account: Account, attempt: Attempt) -> Published:
        """See `Adapter.resume`; Bluesky digests images at once, so this is never asked for."""
        return self.publish(content, account, attempt)

    def reconcile(
        self,
        content: Content,  # noqa: ARG002
        account: Account,
        attempt: Attempt,
    ) -> Published | NotPublished | Unanswerable:
        """See `Adapter.reconcile`. Exact, and needs no session: records are public."""
        rkey, repo, service = (attempt.checkpoint.get(name) for name in ("rkey", "repo", "service"))
        if rkey is None or repo is None or service is None:
            return Unanswerable("The record key of the post on Bluesky is not known. Please look there.")
        request = self._exchange.client.build_request(
            "GET",
            f"{service}/xrpc/com.atproto.repo.getRecord",
            params={"repo": repo, "collection": COLLECTION, "rkey": rkey},
        )
        reply = self._exchange.prepare(request, attempt.now)
        if reply.ok:
            return Published(f"at://{repo}/{COLLECTION}/{rkey}", _permalink(account, repo, rkey))
        if reply.fields.get("error") == "RecordNotFound":
            return NotPublished()
        raise self._refusal(reply, account)

    def _record(self, content: Content, created_at: str, account: Account, attempt: Attempt) -> dict[str, Any]:
        record: dict[str, Any] = {"$type": COLLECTION, "text": content.text, "createdAt": created_at}
        if found := facets(content.text, lambda handle: self._did_of(handle, account, attempt)):
            record["facets"] = found
        if languages := content.options.get("languages"):
            record["langs"] = list(languages)
        if content.media_urls:
            record["embed"] = self._embed(content, account, attempt)
        if content.reply_to is not None:
            record["reply"] = self._reply(content.reply_to, account, attempt)
        return record

    def _embed(self, content: Content, account: Account, attempt: Attempt) -> dict[str, Any]:
        uploads = self._uploads(content, account, attempt)
        described = []
        for url, upload in zip(content.media_urls, uploads, strict=True):
            ratio = upload.get("ratio")
            shape = {"aspectRatio": {"width": ratio[0], "height": ratio[1]}} if ratio else {}
            described.append((upload["blob"], {"alt": content.alt_texts.get(url, ""), **shape}))
        blob, description = described[0]
        if str(blob.get("mimeType", "")).startswith("video/"):
            return {"$type": "app.bsky.embed.video", "video": blob, **description}
        images = [{"image": blob, **description} for blob, description in described]
        return {"$type": "app.bsky.embed.images", "images": images}

    def _reply(self, uri: str, account: Account, attempt: Attempt) -> dict[str, Any]:
        """Return what a reply to ``uri`` says of the thread: the post before it, and the first of all."""
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
            raise Rejected("reply_gone", "The post on Bluesky that this one belongs to is not there any more.")
        if not reply.ok:
            raise self._refusal(reply, account)
        parent = {"uri": reply.fields.get("uri"), "cid": reply.fields.get("cid")}
        value = reply.fields.get("value")
        thread = value.get("reply") if isinstance(value, dict) else None
        root = thread.get("root") if isinstance(thread, dict) else None
        return {"root": root or parent, "parent": parent}

    def _did_of(self, handle: str, account: Account, attempt: Attempt) -> str | None:
        reply = self._prepare(
            account,
            attempt,
            lambda session: self._exchange.client.build_request(
                "GET",
                f"{session.service}/xrpc/com.atproto.identity.resolveHandle",
                params={"handle": handle},
                headers=session.headers,
            ),
        )
        did = reply.fields.get("did") if reply.ok else None
        return did if isinstance(did, str) else None

    def _uploads(self, content: Content, account: Account, attempt: Attempt) -> list[Any]:
        """Return what is known of each medium's upload, made now if need be: ``blob``, and ``ratio`` of the sides."""
        kept = [_kept_upload(attempt.checkpoint.get(_key(url)), attempt.now()) for url in content.media_urls]
        media = {
            url: self._media.probe(url) for url, upload in zip(content.media_urls, kept, strict=True) if upload is None
        }
        if broken := rules.problems(content, list(media.values())):
            raise Rejected("invalid_content", " ".join(broken))
        return [
            upload or self._upload(media[url], account, attempt)
            for url, upload in zip(content.media_urls, kept, strict=True)
        ]

    def _upload(self, medium: MediaInfo, account: Account, attempt: Attempt) -> Any:
        known = _kept_upload(attempt.checkpoint.get(_key(medium.url)), attempt.now())  # the same medium twice
        if known is not None:
            return known
        send = self._video_call(medium, attempt) if medium.is_video else self._image_call(medium)
        reply = self._prepare(account, attempt, send)
        if not reply.ok:
            raise self._refusal(reply, account, what="a video" if medium.is_video else "an image")
        blob = reply.fields.get("blob")
        if not isinstance(blob, dict):
            raise Transient("unexpected_answer", "Bluesky gave an answer to an image that makes no sense.")
        ratio = [medium.width, medium.height] if medium.width and medium.height else None
        upload = {"at": attempt.now().isoformat(), "blob": blob, "ratio": ratio}
        attempt.save(**{_key(medium.url): json.dumps(upload)})
        return upload

    def _image_call(self, medium: MediaInfo) -> Callable[[Session], httpx.Request]:
        image = self._media.fetch(medium.url, max_bytes=rules.MAX_IMAGE_BYTES)
        return lambda session: self._exchange.client.build_request(
            "POST",
            f"{session.service}/xrpc/{UPLOAD}",
            content=image.content,
            headers={**session.headers, "Content-Type": image.content_type},
        )

    def _video_call(self, medium: MediaInfo, attempt: Attempt) -> Callable[[Session], httpx.Request]:
        """Return the call that reads a video while it sends it. Bluesky digests it when the post is first seen."""
        size = medium.size_bytes
        if size is None:
            raise Rejected("media_refused", "The size of the video cannot be found out: its server does not tell it.")
        return lambda session: self._exchange.client.build_request(
            "POST",
            f"{session.service}/xrpc/{UPLOAD}",
            content=RemoteFile(self._media, medium.url, size, attempt),
            headers={**session.headers, "Content-Type": medium.content_type, "Content-Length": str(size)},
        )

    def _prepare(self, account: Account, attempt: Attempt, build: Callable[[Session], httpx.Request]) -> Reply:
        """Make a preparing call; once more when only the access token was stale."""
        session = self._sessions.get(account, attempt.now)
        reply = self._exchange.prepare(build(session), attempt.now)
        if is_stale(reply):
            session = self._sessions.renew(session, account, attempt.now)
            reply = self._exchange.prepare(build(session), attempt.now)
        return reply

    def _put(self, session: Session, rkey: str, record: dict[str, Any]) -> httpx.Request:
        # swapRecord null: only where no record is. The same record again is accepted as no change all the same.
        body = {"repo": session.did, "collection": COLLECTION, "rkey": rkey, "swapRecord": None, "record": record}
        return self._exchange.client.build_request(
            "POST", f"{session.service}/xrpc/com.atproto.repo.putRecord", json=body, headers=session.headers
        )

    def _refusal(self, reply: Reply, account: Account, what: str = "the post") -> Rejected:
        if is_stale(reply):
            return Rejected("reconnect_required", "Bluesky does not let us in any more: connect the account again.")
        said = saying(reply.fields.get("message"), account.token) or f"HTTP {reply.status}"
        return Rejected("refused", f"Bluesky refused {what}: {said}")


def _chosen(attempt: Attempt) -> tuple[str, str]:
    """Return the record's key and time, saved before they are used.

    The key never changes, so that no call can make a second post. The time may: should an earlier call arrive
    after all, then this one is refused for the difference, and the earlier one is found.
    """
    rkey, created_at = attempt.checkpoint.get("rkey"), attempt.checkpoint.get("created_at")
    now = attempt.now()
    if rkey and created_at and now - datetime.fromisoformat(created_at) <= CREATED_AT_KEPT:
        return rkey, created_at
    rkey = rkey or tid(now, attempt.publication_id)
    created_at = now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    attempt.save(rkey=rkey, created_at=created_at)
    return rkey, created_at


def _key(url: str) -> str:
    return f"blob_{media_key(url)}"


def _kept_upload(saved: str | None, now: datetime) -> Any:
    if saved is None:
        return None
    upload = json.loads(saved)
    return upload if now - datetime.fromisoformat(upload["at"]) <= BLOB_KEPT else None


def _permalink(account: Account, repo: str, rkey: str) -> str:
    return f"https://bsky.app/profile/{account.handle or repo}/post/{rkey}"


adapter = Bluesky
