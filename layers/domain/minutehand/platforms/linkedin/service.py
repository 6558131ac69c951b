"""Calls of LinkedIn: where it is, in which version it is spoken to, and who is let in."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import httpx

from minutehand.platforms.exchange import Exchange, Reply, bearer
from minutehand.platforms.port import Account, Attempt, Rejected

VERSION = "202607"
"""The month of the versions of its interface; each is served for about a year."""
SERVER = "https://api.linkedin.com"
OWN_HOSTS = (".linkedin.com", ".licdn.com")
UNSTATED_WAIT = timedelta(minutes=15)
"""LinkedIn does not say how long to wait; its counters are of a day, so that asking each minute is no use."""


class Service:
    """Makes calls of LinkedIn. A path may hold URNs, quoted by `encoded`."""

    def __init__(self, client: httpx.Client) -> None:
        self.exchange = Exchange(client, "LinkedIn", default_wait=UNSTATED_WAIT)

    def get(
        self,
        path: str,
        account: Account,
        attempt: Attempt,
        *,
        query: Mapping[str, str] | None = None,
        finder: bool = False,
    ) -> Reply:
        """Ask for something. Raises as `Exchange.prepare`."""
        headers = {"X-RestLi-Method": "FINDER"} if finder else {}
        request = self.exchange.client.build_request(
            "GET", _server(account) + path, params=query, headers=self._headers(account) | headers
        )
        return self.exchange.prepare(request, attempt.now)

    def prepare(self, path: str, body: Mapping[str, Any], account: Account, attempt: Attempt) -> Reply:
        """Make a call that may be repeated. Raises as `Exchange.prepare`."""
        return self.exchange.prepare(self.request(path, body, account), attempt.now, allow_empty_body=True)

    def publish(self, request: httpx.Request, attempt: Attempt) -> Reply:
        """Make the publishing call. Raises as `Exchange.publish`."""
        return self.exchange.publish(request, attempt.now, allow_empty_body=True)

    def request(self, path: str, body: Mapping[str, Any], account: Account) -> httpx.Request:
        """Return a POST of ``body``."""
        return self.exchange.client.build_request(
            "POST", _server(account) + path, json=body, headers=self._headers(account)
        )

    def put(self, url: str, content: bytes, account: Account, attempt: Attempt) -> Reply:
        """Upload ``content`` to where LinkedIn wants it.

        Raises:
            Rejected: that is not LinkedIn's own.
            PublishError: as `Exchange.prepare`.
        """
        if not _is_linkedins(url, account):
            raise Rejected("address_refused", "LinkedIn names an address for the upload that is not its own.")
        request = self.exchange.client.build_request(
            "PUT",
            url,
            content=content,
            headers={**bearer(_token(account), "LinkedIn"), "Content-Type": "application/octet-stream"},
        )
        return self.exchange.prepare(request, attempt.now, allow_empty_body=True)

    def _headers(self, account: Account) -> dict[str, str]:
        return {
            **bearer(_token(account), "LinkedIn"),
            "LinkedIn-Version": VERSION,
            "X-Restli-Protocol-Version": "2.0.0",
        }


def encoded(urn: str) -> str:
    """Return ``urn`` as it stands in a path."""
    return quote(urn, safe="")


def _is_linkedins(address: str, account: Account) -> bool:
    """Say whether a token may be sent there: to LinkedIn, or to where the account's own calls go."""
    try:
        url, server = httpx.URL(address), httpx.URL(_server(account))
    except httpx.InvalidURL:
        return False
    if (url.scheme, url.netloc) == (server.scheme, server.netloc):
        return True
    return url.scheme == "https" and url.host.endswith(OWN_HOSTS)


def _server(account: Account) -> str:
    return (account.base_url or SERVER).rstrip("/")


def _token(account: Account) -> str:
    return account.token.get("access_token", "")
