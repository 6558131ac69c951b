"""Makes the calls to X's API, with the account's token."""

from collections.abc import Mapping
from typing import Any

import httpx

from minutehand.platforms.catalog import PLATFORMS
from minutehand.platforms.exchange import Exchange, Reply, bearer
from minutehand.platforms.port import Account, Attempt
from minutehand.platforms.x.errors import ERRORS
from minutehand.runtime.clock import Clock

SERVER, VERSION = "https://api.x.com", PLATFORMS["x"].api_version


class Service:
    """Calls X's API on behalf of an account."""

    def __init__(self, client: httpx.Client) -> None:
        self.exchange = Exchange(client, "X", is_known_error=lambda reply: ERRORS.meaning(reply) is not None)

    def get(self, path: str, account: Account, clock: Attempt | Clock, **query: str) -> Reply:
        """Make a GET request. Raises the errors of `Exchange.prepare`."""
        request = self.exchange.client.build_request(
            "GET", _url(account, path), params=query or None, headers=_headers(account)
        )
        return self.exchange.prepare(request, clock.now)

    def prepare(self, path: str, account: Account, attempt: Attempt, *, body: Mapping[str, Any] | None = None) -> Reply:
        """Make a POST request that may be repeated. Raises the errors of `Exchange.prepare`."""
        return self.exchange.prepare(self.request(path, account, body=body), attempt.now, allow_empty_body=True)

    def send_file(
        self, path: str, fields: Mapping[str, str], content: bytes, account: Account, attempt: Attempt
    ) -> Reply:
        """Upload ``content`` in a form with ``fields``. Raises the errors of `Exchange.prepare`."""
        request = self.exchange.client.build_request(
            "POST",
            _url(account, path),
            data=dict(fields),
            files={"media": ("media", content, "application/octet-stream")},
            headers=_headers(account),
        )
        return self.exchange.prepare(request, attempt.now, allow_empty_body=True)

    def request(self, path: str, account: Account, *, body: Mapping[str, Any] | None = None) -> httpx.Request:
        """Return a POST request with ``body`` as JSON."""
        return self.exchange.client.build_request("POST", _url(account, path), json=body, headers=_headers(account))


def _url(account: Account, path: str) -> str:
    return f"{(account.base_url or SERVER).rstrip('/')}/{VERSION}{path}"


def _headers(account: Account) -> dict[str, str]:
    return bearer(account.token.get("access_token", ""), "X")
