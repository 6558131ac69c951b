"""Makes the calls to LinkedIn's API. Only the calls below /rest state a version of the API."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import httpx

from minutehand.platforms.api_versions import linkedin_version
from minutehand.platforms.exchange import Exchange, Reply, bearer
from minutehand.platforms.linkedin.errors import DAILY_LIMIT, ERRORS
from minutehand.platforms.port import Account, Attempt, Rejected
from minutehand.runtime.clock import Clock

SERVER = "https://api.linkedin.com"
OWN_HOSTS = (".linkedin.com", ".licdn.com")
RATE_LIMIT_WAIT = timedelta(minutes=15)
"""The wait after a 429 response, unless its message names a daily limit. LinkedIn's responses state no wait."""


class Service:
    """Calls LinkedIn's API on behalf of an account. The caller must encode the URNs in a path with `encoded`."""

    def __init__(self, client: httpx.Client) -> None:
        self.exchange = Exchange(
            client,
            "LinkedIn",
            default_wait=RATE_LIMIT_WAIT,
            is_known_error=lambda reply: ERRORS.meaning(reply) is DAILY_LIMIT,
        )

    def get(
        self,
        path: str,
        account: Account,
        clock: Attempt | Clock,
        *,
        query: Mapping[str, str] | str | None = None,
        method: str | None = None,
    ) -> Reply:
        """Make a GET request. Raises the errors of `Exchange.prepare`.

        ``query`` is a mapping, or a string that is already encoded. ``method``: the method of Rest.li, such as
        ``FINDER``, if the call has one.
        """
        headers = {} if method is None else {"X-RestLi-Method": method}
        encoded_query = f"?{query}" if isinstance(query, str) else ""
        request = self.exchange.client.build_request(
            "GET",
            _server(account) + path + encoded_query,
            params=None if isinstance(query, str) else query,
            headers=self._headers(account, path) | headers,
        )
        return self.exchange.prepare(request, clock.now)

    def prepare(self, path: str, body: Mapping[str, Any], account: Account, attempt: Attempt) -> Reply:
        """Make a POST request that may be repeated. Raises the errors of `Exchange.prepare`."""
        return self.exchange.prepare(self.request(path, body, account), attempt.now, allow_empty_body=True)

    def publish(self, request: httpx.Request, attempt: Attempt) -> Reply:
        """Make the publish call. Raises the errors of `Exchange.publish`."""
        return self.exchange.publish(request, attempt.now, allow_empty_body=True)

    def request(self, path: str, body: Mapping[str, Any], account: Account) -> httpx.Request:
        """Return a POST request with ``body`` as JSON."""
        return self.exchange.client.build_request(
            "POST", _server(account) + path, json=body, headers=self._headers(account, path)
        )

    def put(self, url: str, content: bytes, account: Account, attempt: Attempt) -> Reply:
        """Upload ``content`` to the upload address ``url``, which LinkedIn returned.

        Raises:
            Rejected: ``url`` is not an address of LinkedIn; also see `bearer`.
            PublishError: see `Exchange.prepare`.
        """
        if not _is_linkedin_address(url, account):
            reason = "LinkedIn returned an upload address that does not belong to LinkedIn. Retry the post."
            raise Rejected("address_refused", reason)
        request = self.exchange.client.build_request(
            "PUT",
            url,
            content=content,
            headers={**bearer(_token(account), "LinkedIn"), "Content-Type": "application/octet-stream"},
        )
        return self.exchange.prepare(request, attempt.now, allow_empty_body=True)

    def _headers(self, account: Account, path: str) -> dict[str, str]:
        # Only the calls below /rest have versions.
        version = {"LinkedIn-Version": linkedin_version()} if path.startswith("/rest/") else {}
        return {**bearer(_token(account), "LinkedIn"), **version, "X-Restli-Protocol-Version": "2.0.0"}


def comments_path(urn: str) -> str:
    """Return the path of the comments on ``urn``, a post or a comment.

    The versioned call, ``/rest/socialActions``, accepts only the scopes ``w_member_social_feed`` and
    ``w_organization_social_feed``. These scopes belong to the product Community Management API, which excludes
    ``openid``. The call without a version accepts the scopes of posts. Source: "Comments API" (2026 and 2024-06), and
    other clients that published comments with this call in August 2026.
    """
    return f"/v2/socialActions/{encoded(urn)}/comments"


def encoded(urn: str) -> str:
    """Return ``urn`` percent-encoded for use in a path."""
    return quote(urn, safe="")


def _is_linkedin_address(address: str, account: Account) -> bool:
    """Return whether the token may be sent to ``address``: a host of LinkedIn, or the server of the account."""
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
