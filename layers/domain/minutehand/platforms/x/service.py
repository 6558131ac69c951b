"""Calls of X's API."""

from collections.abc import Mapping
from typing import Any

import httpx

from minutehand.platforms.exchange import Exchange, Reply, bearer
from minutehand.platforms.port import Account, Attempt

SERVER, VERSION = "https://api.x.com", "2"


class Service:
    """Makes calls of X."""

    def __init__(self, client: httpx.Client) -> None:
        self.exchange = Exchange(client, "X")

    def get(self, path: str, account: Account, attempt: Attempt, **query: str) -> Reply:
        """Ask for something. Raises as `Exchange.prepare`."""
        request = self.exchange.client.build_request(
            "GET", _address(account, path), params=query or None, headers=_headers(account)
        )
        return self.exchange.prepare(request, attempt.now)

    def prepare(self, path: str, account: Account, attempt: Attempt, *, body: Mapping[str, Any] | None = None) -> Reply:
        """Make a call that may be repeated. Raises as `Exchange.prepare`."""
        return self.exchange.prepare(self.request(path, account, body=body), attempt.now, allow_empty_body=True)

    def send_file(
        self, path: str, fields: Mapping[str, str], content: bytes, account: Account, attempt: Attempt
    ) -> Reply:
        """Send a form with ``content`` as its file. Raises as `Exchange.prepare`."""
        request = self.exchange.client.build_request(
            "POST",
            _address(account, path),
            data=dict(fields),
            files={"media": ("media", content, "application/octet-stream")},
            headers=_headers(account),
        )
        return self.exchange.prepare(request, attempt.now, allow_empty_body=True)

    def request(self, path: str, account: Account, *, body: Mapping[str, Any] | None = None) -> httpx.Request:
        """Return a POST of ``body``."""
        return self.exchange.client.build_request("POST", _address(account, path), json=body, headers=_headers(account))


def _address(account: Account, path: str) -> str:
    return f"{(account.base_url or SERVER).rstrip('/')}/{VERSION}{path}"


def _headers(account: Account) -> dict[str, str]:
    return bearer(account.token.get("access_token", ""), "X")
