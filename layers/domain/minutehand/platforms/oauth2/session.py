"""Calls of one platform with one registration of ours, and what its answers grant."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from minutehand.platforms.catalog import display_name
from minutehand.platforms.connectors import MAX_IDENTIFIER_CHARACTERS, Now
from minutehand.platforms.oauth2.errors import insufficient_scope, unexpected_response
from minutehand.platforms.oauth2.provider import Grant, OAuthClient
from minutehand.platforms.oauth2.requests import endpoint_url
from minutehand.platforms.port import Rejected

if TYPE_CHECKING:
    import httpx

    from minutehand.platforms.exchange import Reply

MAX_LIFETIME = timedelta(days=3650)
"""What is said to live longer is taken for a mistake, and its end for unknown."""
UNAUTHORIZED, FORBIDDEN = 401, 403


@dataclass(frozen=True, slots=True)
class ProviderSession:
    """Who calls whom. All calls may be repeated."""

    http: "httpx.Client"
    client: OAuthClient
    platform: str
    now: Now

    @property
    def name(self) -> str:
        """What people call the platform."""
        return display_name(self.platform)

    def base_url(self, root: str) -> str:
        """Return where the accounts live that live at ``root`` of the platform."""
        return (self.client.server or root).rstrip("/")

    def get(
        self,
        url: str,
        *,
        token: str = "",
        query: Mapping[str, str] | str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> "Reply":
        """Ask for something, with ``token`` in a header where there is one. Raises as `Exchange.prepare`.

        ``query``: as text, it is encoded already.
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
        """Send an encoded ``form`` or a JSON ``body``. Raises as `Exchange.prepare`."""
        request = self.http.build_request(
            "POST", endpoint_url(self.client, url), content=form, json=body, headers=self._headers(token, headers)
        )
        return self._send(request, allow_empty_body=allow_empty_body)

    def account_fields(self, reply: "Reply") -> Mapping[str, Any]:
        """Return what an answer says about the account.

        Raises:
            Rejected: we may not know.
            Transient: it makes no sense.
        """
        if reply.ok:
            return reply.fields
        raise (
            insufficient_scope(self.platform)
            if reply.status in (UNAUTHORIZED, FORBIDDEN)
            else unexpected_response(self.platform)
        )

    def grant(self, answer: Mapping[str, Any], moment: datetime, old: Mapping[str, str] | None = None) -> Grant:
        """Return what ``answer`` to a request of ``moment`` grants. Without a new refresh token, that of ``old`` stays.

        Raises:
            Transient: it has no access token that could be used.
        """
        access, refresh = answer.get("access_token"), answer.get("refresh_token")
        if not self._usable(access):
            raise unexpected_response(self.platform)
        kept = refresh if self._usable(refresh) else (old or {}).get("refresh_token")
        lasting = answer.get("refresh_token_expires_in", answer.get("refresh_expires_in"))
        return Grant(
            {"access_token": str(access), **({"refresh_token": str(kept)} if kept else {})},
            expiry(answer.get("expires_in"), moment),
            expiry(lasting, moment),
        )

    def _usable(self, token: object) -> bool:
        from minutehand.platforms.exchange import bearer

        try:
            return isinstance(token, str) and bool(bearer(token, self.name))
        except Rejected:
            return False

    def _headers(self, token: str, headers: Mapping[str, str] | None) -> dict[str, str]:
        from minutehand.platforms.exchange import bearer

        identified = bearer(token, self.name) if token else {}
        return {"Accept": "application/json", **identified, **(headers or {})}

    def _send(self, request: "httpx.Request", *, allow_empty_body: bool = False) -> "Reply":
        from minutehand.platforms.exchange import Exchange

        return Exchange(self.http, self.name).prepare(request, self.now, allow_empty_body=allow_empty_body)


def expiry(seconds: object, moment: datetime) -> datetime | None:
    """Return when ``seconds`` have passed since ``moment``; None when that is no sensible length of time."""
    if isinstance(seconds, str) and re.fullmatch(r"[0-9]{1,12}", seconds):
        seconds = int(seconds)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    if not 0 < seconds <= MAX_LIFETIME.total_seconds():
        return None
    return moment + timedelta(seconds=seconds)


def account_name(name: object, fallback: str) -> str:
    """Return what people call an account, fit to be shown; ``fallback`` when it has no name."""
    text = "".join(char for char in name if char.isprintable()) if isinstance(name, str) else ""
    return text.strip()[:MAX_IDENTIFIER_CHARACTERS] or fallback


def lacks_scope(allowed: object, needed: frozenset[str]) -> bool:
    """Say whether ``allowed``, scopes as a platform lists them, leaves out a needed one. None: it does not say."""
    if isinstance(allowed, str) and allowed.strip():
        allowed = re.split(r"[\s,]+", allowed.strip())
    return isinstance(allowed, list) and not needed <= {scope for scope in allowed if isinstance(scope, str)}
