"""Calls to a platform's OAuth and profile endpoints for one client registration, and the grants in the responses."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from minutehand.platforms.catalog import display_name
from minutehand.platforms.oauth2.errors import insufficient_scope, unexpected_response
from minutehand.platforms.oauth2.provider import Grant, OAuthClient
from minutehand.platforms.oauth2.requests import endpoint_url
from minutehand.platforms.port import Rejected, Transient
from minutehand.runtime.clock import Now

if TYPE_CHECKING:
    import httpx

    from minutehand.platforms.exchange import Reply

MAX_LIFETIME = timedelta(days=3650)
"""The maximum plausible lifetime of a token. If a stated lifetime is longer, it is ignored, and the expiry is unknown.
"""
MAX_TOKEN_CHARACTERS = 8_192
"""The maximum length of a token. The longest tokens that a platform documents have 2,048 characters."""
UNAUTHORIZED, FORBIDDEN = 401, 403


@dataclass(frozen=True, slots=True)
class ProviderSession:
    """Makes calls to one platform with one client registration. A POST request may redeem a one-time code or token, so
    it is never sent twice.
    """

    http: "httpx.Client"
    client: OAuthClient
    platform: str
    now: Now

    @property
    def name(self) -> str:
        """The display name of the platform."""
        return display_name(self.platform)

    def base_url(self, root: str) -> str:
        """Return the base URL of the granted accounts: the client's ``server``, or else the platform's ``root``."""
        return (self.client.server or root).rstrip("/")

    def get(
        self,
        url: str,
        *,
        token: str = "",
        query: Mapping[str, str] | str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> "Reply":
        """Send a GET request. Raises the errors of `Exchange.prepare`.

        ``token`` is the bearer token, or an empty string for a request without a token. ``query`` is a mapping, or a
        string that is already encoded.
        """
        address = endpoint_url(self.client, url)
        params = None if isinstance(query, str) else query
        address += f"?{query}" if isinstance(query, str) else ""
        return self._send(self.http.build_request("GET", address, params=params, headers=self._headers(token, headers)))

    def post(
        self,
        url: str,
        *,
        token: str = "",
        form: str | None = None,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        allow_empty_body: bool = False,
    ) -> "Reply":
        """Send a POST request with an encoded ``form`` or a JSON ``body``. Raises the errors of `Exchange.prepare`."""
        request = self.http.build_request(
            "POST", endpoint_url(self.client, url), content=form, json=body, headers=self._headers(token, headers)
        )
        return self._send(request, allow_empty_body=allow_empty_body, once=True)

    def account_fields(self, reply: "Reply") -> Mapping[str, Any]:
        """Return the fields of a response about the account.

        Raises:
            Rejected: the grant lacks the permission to read the account.
            Transient: the response is unexpected.
        """
        if reply.ok:
            return reply.fields
        raise (
            insufficient_scope(self.platform)
            if reply.status in (UNAUTHORIZED, FORBIDDEN)
            else unexpected_response(self.platform)
        )

    def grant(self, tokens: Mapping[str, Any], requested_at: datetime, old: Mapping[str, str] | None = None) -> Grant:
        """Return the grant in the token response ``tokens``. If the response has no new refresh token, keep the old
        one.

        Raises:
            Transient: the response has no usable access token.
        """
        access, refresh = tokens.get("access_token"), tokens.get("refresh_token")
        if not self._usable(access):
            raise unexpected_response(self.platform)
        kept = refresh if self._usable(refresh) else (old or {}).get("refresh_token")
        refresh_lifetime = tokens.get("refresh_token_expires_in", tokens.get("refresh_expires_in"))
        return Grant(
            {"access_token": str(access), **({"refresh_token": str(kept)} if kept else {})},
            expiry(tokens.get("expires_in"), requested_at),
            expiry(refresh_lifetime, requested_at),
        )

    def _usable(self, token: object) -> bool:
        from minutehand.platforms.exchange import bearer

        try:
            return isinstance(token, str) and len(token) <= MAX_TOKEN_CHARACTERS and bool(bearer(token, self.name))
        except Rejected:
            return False

    def _headers(self, token: str, headers: Mapping[str, str] | None) -> dict[str, str]:
        from minutehand.platforms.exchange import bearer

        authorization = bearer(token, self.name) if token else {}
        return {"Accept": "application/json", **authorization, **(headers or {})}

    def _send(self, request: "httpx.Request", *, allow_empty_body: bool = False, once: bool = False) -> "Reply":
        from minutehand.platforms.exchange import Exchange

        return Exchange(self.http, self.name).prepare(request, self.now, allow_empty_body=allow_empty_body, once=once)


def expiry(seconds: object, start: datetime) -> datetime | None:
    """Return the time ``seconds`` after ``start``, or None if ``seconds`` is not a plausible lifetime."""
    if isinstance(seconds, str) and re.fullmatch(r"[0-9]{1,12}", seconds):
        seconds = int(seconds)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    if not 0 < seconds <= MAX_LIFETIME.total_seconds():
        return None
    return start + timedelta(seconds=seconds)


def readable[Entry, Value](entries: Iterable[Entry], read: Callable[[Entry], Value]) -> list[Value]:
    """Return the values that ``read`` returns for ``entries``. Skip the entries for which ``read`` raises `Transient`.

    Raises:
        Transient: there are entries, and all of them have an unexpected shape.
    """
    values: list[Value] = []
    unexpected: Transient | None = None
    for entry in entries:
        try:
            values.append(read(entry))
        except Transient as error:
            unexpected = error
    if unexpected is not None and not values:
        raise unexpected
    return values


def lacks_scope(granted: object, required: frozenset[str]) -> bool:
    """Return whether ``granted``, a list or a string of scopes, lacks a required scope. Return False for an
    empty string and for any other type.
    """
    if isinstance(granted, str) and granted.strip():
        granted = re.split(r"[\s,]+", granted.strip())
    return isinstance(granted, list) and not required <= {scope for scope in granted if isinstance(scope, str)}
