"""Sandboxes, to which posts are sent instead of to a platform. Sandboxes publish nothing."""

import json
from hashlib import sha256
from typing import Any
from urllib.parse import quote

import httpx

from minutehand.platforms.catalog import display_name
from minutehand.platforms.errors import InDoubt, Rejected
from minutehand.platforms.exchange import Exchange, Reply, sanitize
from minutehand.platforms.port import Account, Adapter, Attempt, Content, NotPublished, Published, Unanswerable


class RecordingSandbox(Adapter):
    """Records the digest of the rendered post in the checkpoint, and makes no calls."""

    def __init__(self, platform: str) -> None:
        self._platform = platform

    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published:
        """See `Adapter.publish`."""
        attempt.arm(rendered=sha256(json.dumps(_rendered(self._platform, content, account)).encode()).hexdigest())
        return _recorded(attempt)

    def reconcile(
        self,
        content: Content,  # noqa: ARG002
        account: Account,  # noqa: ARG002
        attempt: Attempt,
    ) -> Published | NotPublished | Unanswerable:
        """See `Adapter.reconcile`. The database statement that armed the publication also saved the digest."""
        return _recorded(attempt) if "rendered" in attempt.checkpoint else NotPublished()


class TimelineSandbox(Adapter):
    """Sends posts to a timeline, which identifies each post by the id of the publication."""

    def __init__(self, platform: str, url: str, client: httpx.Client) -> None:
        """Create a sandbox. ``POST <url>`` with an Idempotency-Key creates a post. ``GET <url>/<key>`` returns the
        post, or 404.
        """
        self._platform = platform
        self._url = url.rstrip("/")
        self._name = f"The sandbox for {display_name(platform)}"
        self._exchange = Exchange(client, self._name)

    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published:
        """See `Adapter.publish`."""
        request = self._exchange.client.build_request(
            "POST",
            self._url,
            json=_rendered(self._platform, content, account),
            headers={"Idempotency-Key": attempt.publication_id},
        )
        self._exchange.connect(request, attempt)
        attempt.arm()
        reply = self._exchange.publish(request, attempt.now)
        if not reply.ok:
            raise self._refusal(reply)
        return self._published(reply)

    def reconcile(
        self,
        content: Content,  # noqa: ARG002
        account: Account,  # noqa: ARG002
        attempt: Attempt,
    ) -> Published | NotPublished | Unanswerable:
        """See `Adapter.reconcile`."""
        request = self._exchange.client.build_request("GET", f"{self._url}/{quote(attempt.publication_id, safe='')}")
        reply = self._exchange.prepare(request, attempt.now)
        if reply.status == 404:
            return NotPublished()
        if not reply.ok:
            raise self._refusal(reply)
        return self._published(reply)

    def _published(self, reply: Reply) -> Published:
        remote_id, url = reply.fields.get("id"), reply.fields.get("url")
        if not isinstance(remote_id, str):
            raise InDoubt("unexpected_answer", f"{self._name} returned an unexpected response.")
        return Published(remote_id, url if isinstance(url, str) else None)

    def _refusal(self, reply: Reply) -> Rejected:
        said = sanitize(reply.fields.get("error"), {}) or f"HTTP {reply.status}"
        return Rejected("refused", f"{self._name} refused the post: {said}")


def _rendered(platform: str, content: Content, account: Account) -> dict[str, Any]:
    return {
        "platform": platform,
        "account": account.handle,
        "text": content.text,
        "mediaUrls": list(content.media_urls),
    }


def _recorded(attempt: Attempt) -> Published:
    return Published(f"sandbox-{attempt.publication_id}")
