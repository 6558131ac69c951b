"""Makes the calls to Pinterest's API, with the account's token."""

from collections.abc import Mapping
from typing import Any

import httpx

from minutehand.platforms.catalog import PLATFORMS
from minutehand.platforms.exchange import Exchange, Reply, bearer
from minutehand.platforms.port import Account, Attempt
from minutehand.runtime.clock import Clock

SERVER, VERSION = "https://api.pinterest.com", PLATFORMS["pinterest"].api_version


class Service:
    """Calls Pinterest's API on behalf of an account."""

    def __init__(self, client: httpx.Client) -> None:
        self.exchange = Exchange(client, "Pinterest")

    def get(self, path: str, account: Account, clock: Attempt | Clock, **query: str) -> Reply:
        """Make a GET request to ``path`` and return the response. Raises the errors of `Exchange.prepare`."""
        request = self.exchange.client.build_request(
            "GET", _url(account, path), params=query or None, headers=_headers(account)
        )
        return self.exchange.prepare(request, clock.now)

    def prepare(self, path: str, body: Mapping[str, Any], account: Account, attempt: Attempt) -> Reply:
        """Make a POST request that may be repeated. Raises the errors of `Exchange.prepare`."""
        return self.exchange.prepare(self.request(path, body, account), attempt.now)

    def request(self, path: str, body: Mapping[str, Any], account: Account) -> httpx.Request:
        """Return a POST request with the JSON ``body``."""
        return self.exchange.client.build_request("POST", _url(account, path), json=body, headers=_headers(account))


def _url(account: Account, path: str) -> str:
    return f"{(account.base_url or SERVER).rstrip('/')}/{VERSION}{path}"


def _headers(account: Account) -> dict[str, str]:
    return bearer(account.token.get("access_token", ""), "Pinterest")
