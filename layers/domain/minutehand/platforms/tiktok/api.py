"""Calls to TikTok's API. Requests and responses are JSON, and the token is sent in a header."""

from collections.abc import Mapping
from typing import Any

import httpx

from minutehand.platforms.catalog import PLATFORMS
from minutehand.platforms.exchange import Exchange, Reply, bearer
from minutehand.platforms.identifiers import identifier
from minutehand.platforms.port import Account, Attempt, InDoubt, Transient
from minutehand.platforms.tiktok.errors import ERRORS, NAME, UNKNOWN_HANDLE, code_of
from minutehand.runtime.clock import Clock

ROOT = "https://open.tiktokapis.com"
VERSION = PLATFORMS["tiktok"].api_version


class HandleUnknown(Transient):
    """TikTok no longer recognises the publish_id of an earlier call."""


class Api:
    """Calls TikTok's API and raises its errors."""

    def __init__(self, client: httpx.Client) -> None:
        self.exchange = Exchange(client, NAME)

    def request(self, path: str, account: Account, body: Mapping[str, Any]) -> httpx.Request:
        """Return a POST request to ``path`` with the JSON ``body``."""
        headers = _token(account) | {"Content-Type": "application/json; charset=UTF-8"}
        return self.exchange.client.build_request("POST", _url(path, account), headers=headers, json=body)

    def get(self, path: str, account: Account, clock: Attempt | Clock) -> Mapping[str, Any]:
        """Make a GET request to ``path``, and return the ``data`` of the response. Raises the errors of `prepare`."""
        request = self.exchange.client.build_request("GET", _url(path, account), headers=_token(account))
        return self._read(request, account, clock)

    def prepare(
        self, path: str, account: Account, clock: Attempt | Clock, body: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """Make a call that publishes nothing, and return the ``data`` of the response.

        Raises:
            HandleUnknown: TikTok does not recognise the publish_id.
            PublishError: see `Exchange.prepare` and the error table.
        """
        return self._read(self.request(path, account, body), account, clock)

    def _read(self, request: httpx.Request, account: Account, clock: Attempt | Clock) -> Mapping[str, Any]:
        reply = self.exchange.prepare(request, clock.now)
        if code_of(reply) in UNKNOWN_HANDLE:
            raise HandleUnknown("upload_expired", f"{NAME} no longer recognises the upload.")
        if not _is_success(reply):
            raise ERRORS.error(reply, account.token, clock.now())
        return _data(reply)

    def publish(self, request: httpx.Request, account: Account, attempt: Attempt) -> str:
        """Make the publish call and return the publish_id.

        Raises:
            InDoubt: the response has no publish_id, or the call's outcome is unclear; see `Exchange.publish` and
                `ErrorTable`.
            PublishError: see `Exchange.publish` and the error table.
        """
        reply = self.exchange.publish(request, attempt.now)
        if not _is_success(reply):
            raise ERRORS.error(reply, account.token, attempt.now(), publishing=True)
        publish_id = identifier(_data(reply).get("publish_id"))
        if publish_id is None:
            raise InDoubt("unexpected_answer", f"{NAME} returned an unexpected response.")
        return publish_id


def _url(path: str, account: Account) -> str:
    return f"{account.base_url.rstrip('/') or ROOT}/{VERSION}/{path}"


def _token(account: Account) -> dict[str, str]:
    return bearer(account.token.get("access_token", ""), NAME)


def _is_success(reply: Reply) -> bool:
    return reply.ok and code_of(reply) == "ok"


def _data(reply: Reply) -> Mapping[str, Any]:
    data = reply.fields.get("data")
    return data if isinstance(data, Mapping) else {}
