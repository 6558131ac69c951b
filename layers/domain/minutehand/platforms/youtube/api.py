"""Calls of the YouTube Data API. The token goes in a header, never into an address."""

from collections.abc import Mapping
from typing import Any

import httpx

from minutehand.platforms.exchange import Exchange, Reply, bearer
from minutehand.platforms.port import Account, Attempt
from minutehand.platforms.youtube.errors import NAME, failure

ROOT = "https://www.googleapis.com"
VERSION = "v3"


class Api:
    """Makes calls for one account at a time."""

    def __init__(self, client: httpx.Client) -> None:
        self.exchange = Exchange(client, NAME)

    def request(self, method: str, path: str, account: Account, **parts: Any) -> httpx.Request:
        """Return a call. ``path`` begins with ``youtube`` or ``upload/youtube``, without the version."""
        surface, _, resource = path.partition("youtube/")
        url = f"{root(account)}/{surface}youtube/{VERSION}/{resource}"
        headers = {**authorization(account), **parts.pop("headers", {})}
        return self.exchange.client.build_request(method, url, headers=headers, **parts)

    def get(self, path: str, account: Account, attempt: Attempt, **query: str) -> Mapping[str, Any]:
        """Ask for something.

        Raises:
            PublishError: as `Exchange.prepare` does, and what the table of errors says.
        """
        return self.prepare(self.request("GET", path, account, params=query), account, attempt).fields

    def prepare(
        self, request: httpx.Request, account: Account, attempt: Attempt, *, allow_empty_body: bool = False
    ) -> Reply:
        """Make a call that may be repeated. Raises as `get` does."""
        reply = self.exchange.prepare(request, attempt.now, allow_empty_body=allow_empty_body)
        if not reply.ok:
            raise failure(reply, account.token, attempt.now())
        return reply

    def publish(self, request: httpx.Request, account: Account, attempt: Attempt) -> Reply:
        """Make a publishing call. What no table knows is `InDoubt`."""
        reply = self.exchange.publish(request, attempt.now)
        if not reply.ok:
            raise failure(reply, account.token, attempt.now(), publishing=True)
        return reply


def root(account: Account) -> str:
    """Return where the API of ``account`` is."""
    return account.base_url.rstrip("/") or ROOT


def authorization(account: Account) -> dict[str, str]:
    """Return the header that lets us in."""
    return bearer(account.token.get("access_token", ""), NAME)


def items(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the entries of a list."""
    found = answer.get("items")
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []


def inner(value: Mapping[str, Any], *path: str) -> Any:
    """Return what stands at ``path`` in nested objects; None when it is not there."""
    found: Any = value
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def text_at(value: Mapping[str, Any], *path: str) -> str:
    """Return the text that stands at ``path``; an empty one when there is none."""
    found = inner(value, *path)
    return found if isinstance(found, str) else ""
