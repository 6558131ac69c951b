"""Calls of Meta's Graph API, and what their failures mean. The token goes in a header, never into an address."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from minutehand.platforms.exchange import Exchange, Reply, bearer, sanitize
from minutehand.platforms.meta.errors import QUOTA_WAIT, GraphError, Kind, Table, Verdict
from minutehand.platforms.meta.throttle import regain_moment
from minutehand.platforms.port import (
    Account,
    Attempt,
    InDoubt,
    PublishError,
    RateLimited,
    Rejected,
    TokenExpired,
    Transient,
)


class StaleHandle(Transient):
    """The platform does not accept a handle any more that an earlier call gave us; nothing was published."""

    def __init__(self, code: str, reason: str, details: Mapping[str, Any]) -> None:
        """``details``: what the platform would have accepted, in its words, where it says so."""
        super().__init__(code, reason)
        self.details = details


class Duplicate(InDoubt):
    """The platform refused the post because it has the same one already."""


@dataclass(frozen=True, slots=True)
class Surface:
    """Where one platform is reached, and what it means. ``name``: its display name; ``root``: with the version."""

    name: str
    root: str
    version: str
    errors: Table


class Graph:
    """Makes calls for one platform on the Graph API."""

    def __init__(self, client: httpx.Client, surface: Surface) -> None:
        self.name = surface.name
        self._surface = surface
        self._exchange = Exchange(client, surface.name)

    def get(self, path: str, account: Account, attempt: Attempt, **query: str) -> Mapping[str, Any]:
        """Ask for something. Raises as `Exchange.prepare`, and what the platform's table says."""
        request = self._request("GET", path, account, params=query or None)
        return self._answered(self._exchange.prepare(request, attempt.now), account, attempt)

    def prepare(self, path: str, account: Account, attempt: Attempt, **fields: str) -> Mapping[str, Any]:
        """Make a call that publishes nothing and may be repeated."""
        request = self._request("POST", path, account, data=fields)
        return self._answered(self._exchange.prepare(request, attempt.now), account, attempt)

    def send(self, request: httpx.Request, account: Account, attempt: Attempt) -> Mapping[str, Any]:
        """Make a call of a form of its own that publishes nothing and may be repeated."""
        return self._answered(self._exchange.prepare(request, attempt.now), account, attempt)

    def publishing(self, path: str, account: Account, **fields: str) -> httpx.Request:
        """Return the publishing call, so that nothing can go wrong between `Attempt.arm` and sending it."""
        return self._request("POST", path, account, data=fields)

    def publish(self, request: httpx.Request, account: Account, attempt: Attempt) -> Mapping[str, Any]:
        """Make the publishing call. What no table knows is `InDoubt`."""
        reply = self._exchange.publish(request, attempt.now)
        return self._answered(reply, account, attempt, publishing=True)

    def upload(self, path: str, account: Account, files: Mapping[str, Any], **fields: str) -> httpx.Request:
        """Return a call with a piece of a file in it."""
        return self._request("POST", path, account, data=fields, files=files)

    def _request(self, method: str, path: str, account: Account, **parts: Any) -> httpx.Request:
        root = account.base_url.rstrip("/") or self._surface.root
        headers = bearer(account.token.get("access_token", ""), self.name)
        url = f"{root}/{self._surface.version}/{path}"
        return self._exchange.client.build_request(method, url, headers=headers, **parts)

    def _answered(
        self, reply: Reply, account: Account, attempt: Attempt, *, publishing: bool = False
    ) -> Mapping[str, Any]:
        error = GraphError.of(reply.data)
        if reply.ok and error is None:
            return reply.fields
        raise self._failure(error or GraphError(0, 0, ""), reply, account, attempt, publishing=publishing)

    def _failure(
        self, error: GraphError, reply: Reply, account: Account, attempt: Attempt, *, publishing: bool
    ) -> PublishError:
        verdict = self._surface.errors.verdict(error)
        if verdict is None:
            said = sanitize(error.message, account.token) or f"HTTP {reply.status}"
            if publishing:
                return InDoubt("unexpected_answer", f"{self.name} gave an answer that nobody knows: {said}")
            return Rejected("refused", f"{self.name} refused the post: {said}")
        return self._error(verdict, error, reply, account, attempt, publishing=publishing)

    def _error(
        self,
        verdict: Verdict,
        error: GraphError,
        reply: Reply,
        account: Account,
        attempt: Attempt,
        *,
        publishing: bool,
    ) -> PublishError:
        said = sanitize(error.message, account.token) or f"HTTP {reply.status}"
        reason = verdict.sentence.format(name=self.name) or f"{self.name} refused the post: {said}"
        match verdict.kind:
            case Kind.SERVER:
                return (InDoubt if publishing else Transient)(verdict.code, reason)
            case Kind.NOT_READY:
                return Transient(verdict.code, reason)
            case Kind.STALE_HANDLE:
                return StaleHandle(verdict.code, reason, error.details)
            case Kind.THROTTLED:
                return RateLimited(verdict.code, reason, until=regain_moment(reply.headers, attempt.now()))
            case Kind.QUOTA:
                return RateLimited(verdict.code, reason, until=attempt.now() + QUOTA_WAIT)
            case Kind.TOKEN_EXPIRED:
                return TokenExpired(verdict.code, reason)
            case Kind.DUPLICATE:
                return Duplicate(verdict.code, reason)
            case Kind.RECONNECT | Kind.REJECTED:
                return Rejected(verdict.code, reason)


def id_in(answer: Mapping[str, Any], name: str = "id") -> str | None:
    """Return an id, which comes as text or as a number; None when there is none."""
    value = answer.get(name)
    if type(value) is int:
        return str(value)
    return value if isinstance(value, str) and value else None
