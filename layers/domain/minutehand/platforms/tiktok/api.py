"""Calls of TikTok's API: JSON both ways, the token in a header."""

from collections.abc import Mapping
from typing import Any

import httpx

from minutehand.platforms.exchange import Exchange, Reply, bearer
from minutehand.platforms.port import Account, Attempt, InDoubt, Transient
from minutehand.platforms.tiktok.errors import NAME, UNKNOWN_HANDLE, code_of, failure

ROOT = "https://open.tiktokapis.com"
VERSION = "v2"


class HandleUnknown(Transient):
    """TikTok does not know the publish_id of an earlier call any more."""


class Api:
    """Makes calls for one account at a time."""

    def __init__(self, client: httpx.Client) -> None:
        self.exchange = Exchange(client, NAME)

    def request(self, path: str, account: Account, body: Mapping[str, Any]) -> httpx.Request:
        """Return a call."""
        root = account.base_url.rstrip("/") or ROOT
        headers = {
            **bearer(account.token.get("access_token", ""), NAME),
            "Content-Type": "application/json; charset=UTF-8",
        }
        return self.exchange.client.build_request("POST", f"{root}/{VERSION}/{path}", headers=headers, json=body)

    def ask(self, path: str, account: Account, attempt: Attempt, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Make a call that publishes nothing, and return its ``data``.

        Raises:
            HandleUnknown: the publish_id in it is not known.
            PublishError: as `Exchange.prepare` does, and what the table of errors says.
        """
        reply = self.exchange.prepare(self.request(path, account, body), attempt.now)
        if code_of(reply) in UNKNOWN_HANDLE:
            raise HandleUnknown("upload_expired", f"The upload to {NAME} is not known there any more.")
        if not _is_success(reply):
            raise failure(reply, account.token, attempt.now())
        return _data(reply)

    def publish(self, request: httpx.Request, account: Account, attempt: Attempt) -> str:
        """Make a call that publishes on its own, and return the publish_id. What no table knows is `InDoubt`."""
        reply = self.exchange.publish(request, attempt.now)
        if not _is_success(reply):
            raise failure(reply, account.token, attempt.now(), publishing=True)
        publish_id = _data(reply).get("publish_id")
        if not isinstance(publish_id, str) or not publish_id:
            raise InDoubt("unexpected_answer", f"{NAME} gave an answer that makes no sense.")
        return publish_id


def _is_success(reply: Reply) -> bool:
    return reply.ok and code_of(reply) == "ok"


def _data(reply: Reply) -> Mapping[str, Any]:
    data = reply.fields.get("data")
    return data if isinstance(data, Mapping) else {}
