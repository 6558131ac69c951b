"""Bluesky (AT Protocol): a post is a record at a key of our choice, so a call in doubt can be asked about exactly.

Checkpoint: ``rkey`` and ``created_at`` (chosen before anything else), ``blob_<media>`` (an uploaded image),
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
CREATED_AT_KEPT = timedelta(minutes=5)
"""A post that is tried again later than this gets a new time: a feed would sort it under the posts of back then."""
BLOB_KEPT = timedelta(hours=1)
"""Images that no record mentions are cleared away by the server after a while."""


class Bluesky:
    """Implements `minutehand.platforms.port.Adapter`."""

    def __init__(self, client: httpx.Client, media: MediaFetcher) -> None:
        self._exchange = Exchange(client, "Bluesky")
        self._sessions = Sessions(self._exchange)
        self._media = media

    def validate(self, content: Content, media: Sequence[MediaInfo] = ()) -> list[str]:  # noqa: ARG002
        """See `Adapter.validate`."""
        return rules.problems(content)

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
        if content.media_urls:
            images = [{"alt": "", "image": self._blob(url, account, attempt)} for url in content.media_urls]
            record["embed"] = {"$type": "app.bsky.embed.images", "images": images}
        return record

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

    def _blob(self, url: str, account: Account, attempt: Attempt) -> Any:
        key = f"blob_{media_key(url)}"
        if known := _kept_blob(attempt.checkpoint.get(key), attempt.now()):
            return known
        image = self._media.fetch(url, max_bytes=rules.MAX_IMAGE_BYTES)
        reply = self._prepare(
            account,
            attempt,
            lambda session: self._exchange.client.build_request(
                "POST",
                f"{session.service}/xrpc/com.atproto.repo.uploadBlob",
                content=image.content,
                headers={**session.headers, "Content-Type": image.content_type},
            ),
        )
        if not reply.ok:
            raise self._refusal(reply, account, what="an image")
        blob = reply.fields.get("blob")
        if not isinstance(blob, dict):
            raise Transient("unexpected_answer", "Bluesky gave an answer to an image that makes no sense.")
        attempt.save(**{key: json.dumps({"at": attempt.now().isoformat(), "blob": blob})})
        return blob

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


def _kept_blob(saved: str | None, now: datetime) -> Any:
    if saved is None:
        return None
    upload = json.loads(saved)
    return upload["blob"] if now - datetime.fromisoformat(upload["at"]) <= BLOB_KEPT else None


def _permalink(account: Account, repo: str, rkey: str) -> str:
    return f"https://bsky.app/profile/{account.handle or repo}/post/{rkey}"
