"""The client for the YouTube Data API. The client sends the token in a header, never in a URL."""

from collections.abc import Mapping
from typing import Any

import httpx

from minutehand.platforms.catalog import PLATFORMS
from minutehand.platforms.exchange import Exchange, Reply, bearer
from minutehand.platforms.port import Account, Attempt
from minutehand.platforms.youtube.errors import APP_QUOTA, ERRORS, NAME
from minutehand.runtime.clock import Clock

ROOT = "https://www.googleapis.com"
VERSION = PLATFORMS["youtube"].api_version


class Api:
    """Calls YouTube's API on behalf of an account."""

    def __init__(self, client: httpx.Client) -> None:
        self.exchange = Exchange(client, NAME, is_known_error=lambda reply: ERRORS.meaning(reply) is APP_QUOTA)

    def request(self, method: str, path: str, account: Account, **parts: Any) -> httpx.Request:
        """Return a request. ``path`` begins with ``youtube/`` or ``upload/youtube/`` and omits the version."""
        surface, _, resource = path.partition("youtube/")
        url = f"{root(account)}/{surface}youtube/{VERSION}/{resource}"
        headers = {**authorization(account), **parts.pop("headers", {})}
        return self.exchange.client.build_request(method, url, headers=headers, **parts)

    def get(self, path: str, account: Account, clock: Attempt | Clock, **query: str) -> Mapping[str, Any]:
        """Make a GET request and return the fields of the response.

        Raises:
            PublishError: see `Exchange.prepare` and `ErrorTable.error`.
        """
        return self.prepare(self.request("GET", path, account, params=query), account, clock).fields

    def prepare(
        self, request: httpx.Request, account: Account, clock: Attempt | Clock, *, allow_empty_body: bool = False
    ) -> Reply:
        """Make a call that may be repeated. Raises the errors of `get`."""
        reply = self.exchange.prepare(request, clock.now, allow_empty_body=allow_empty_body)
        if not reply.ok:
            raise ERRORS.error(reply, account.token, clock.now())
        return reply

    def publish(self, request: httpx.Request, account: Account, attempt: Attempt) -> Reply:
        """Make a publish call.

        Raises:
            PublishError: see `Exchange.publish` and `ErrorTable.error`.
        """
        reply = self.exchange.publish(request, attempt.now)
        if not reply.ok:
            raise ERRORS.error(reply, account.token, attempt.now(), publishing=True)
        return reply


def root(account: Account) -> str:
    """Return the base address of the API for ``account``."""
    return account.base_url.rstrip("/") or ROOT


def authorization(account: Account) -> dict[str, str]:
    """Return the header that authenticates a call."""
    return bearer(account.token.get("access_token", ""), NAME)


def items(fields: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the valid entries of a list response, or an empty list."""
    found = fields.get("items")
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []


def value_at(value: Mapping[str, Any], *path: str) -> Any:
    """Return the value at ``path`` in nested objects, or None if there is none."""
    found: Any = value
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def text_at(value: Mapping[str, Any], *path: str) -> str:
    """Return the string at ``path`` in nested objects, or an empty string if there is none."""
    found = value_at(value, *path)
    return found if isinstance(found, str) else ""
