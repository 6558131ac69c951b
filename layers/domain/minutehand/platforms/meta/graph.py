"""Calls of Meta's Graph API and the errors that they raise. The token goes into a header, never into a URL."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from minutehand.platforms.exchange import Exchange, Reply, bearer, sanitize
from minutehand.platforms.meta.errors import QUOTA_WAIT, Classification, ErrorKind, ErrorTable, GraphError
from minutehand.platforms.meta.throttle import retry_time
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
    """The platform no longer accepts a handle from an earlier call; nothing was published."""

    def __init__(self, code: str, reason: str, details: Mapping[str, Any]) -> None:
        """Store ``details``: the values that the platform would accept instead, if it names them."""
        super().__init__(code, reason)
        self.details = details


class Duplicate(InDoubt):
    """The platform refused the post as a duplicate of one that it already has."""


@dataclass(frozen=True, slots=True)
class GraphApi:
    """One platform's Graph API: its display name, root URL, version and error table."""

    name: str
    root: str
    version: str
    errors: ErrorTable


class GraphClient:
    """A client of one platform's Graph API."""

    def __init__(self, client: httpx.Client, api: GraphApi) -> None:
        self.name = api.name
        self._api = api
        self._exchange = Exchange(client, api.name)

    def get(self, path: str, account: Account, attempt: Attempt, **query: str) -> Mapping[str, Any]:
        """Read ``path`` and return the fields of the response.

        Raises:
            PublishError: as `Exchange.prepare`, or as the platform's error table says.
        """
        request = self._request("GET", path, account, params=query or None)
        return self.send(request, account, attempt)

    def prepare(self, path: str, account: Account, attempt: Attempt, **fields: str) -> Mapping[str, Any]:
        """Post ``fields`` in a call that publishes nothing and may be repeated. Raises as `get` does."""
        request = self._request("POST", path, account, data=fields)
        return self.send(request, account, attempt)

    def send(self, request: httpx.Request, account: Account, attempt: Attempt) -> Mapping[str, Any]:
        """Send a request that publishes nothing and may be repeated. Raises as `get` does."""
        return self._fields(self._exchange.prepare(request, attempt.now), account, attempt)

    def publish_request(self, path: str, account: Account, **fields: str) -> httpx.Request:
        """Return the publish call as a request.

        The adapter builds it before `Attempt.arm`, so that nothing can fail between arming and sending.
        """
        return self._request("POST", path, account, data=fields)

    def publish(self, request: httpx.Request, account: Account, attempt: Attempt) -> Mapping[str, Any]:
        """Make the publish call and return the fields of the response.

        Raises:
            InDoubt: the call's outcome is unclear, or the error table does not contain the error.
            PublishError: as `Exchange.publish`, or as the platform's error table says.
        """
        reply = self._exchange.publish(request, attempt.now)
        return self._fields(reply, account, attempt, publishing=True)

    def upload_request(self, path: str, account: Account, files: Mapping[str, Any], **fields: str) -> httpx.Request:
        """Return a request that carries one chunk of a file."""
        return self._request("POST", path, account, data=fields, files=files)

    def _request(self, method: str, path: str, account: Account, **body: Any) -> httpx.Request:
        root = account.base_url.rstrip("/") or self._api.root
        headers = bearer(account.token.get("access_token", ""), self.name)
        url = f"{root}/{self._api.version}/{path}"
        return self._exchange.client.build_request(method, url, headers=headers, **body)

    def _fields(
        self, reply: Reply, account: Account, attempt: Attempt, *, publishing: bool = False
    ) -> Mapping[str, Any]:
        error = GraphError.parse(reply.data)
        if reply.ok and error is None:
            return reply.fields
        raise self._failure(error or GraphError(0, 0, ""), reply, account, attempt, publishing=publishing)

    def _failure(
        self, error: GraphError, reply: Reply, account: Account, attempt: Attempt, *, publishing: bool
    ) -> PublishError:
        classification = self._api.errors.classify(error)
        if classification is None:
            said = sanitize(error.message, account.token) or f"HTTP {reply.status}"
            if publishing:
                return InDoubt("unexpected_answer", f"{self.name} returned an unexpected response: {said}")
            return Rejected("refused", f"{self.name} refused the post: {said}")
        return self._error(classification, error, reply, account, attempt, publishing=publishing)

    def _error(
        self,
        classification: Classification,
        error: GraphError,
        reply: Reply,
        account: Account,
        attempt: Attempt,
        *,
        publishing: bool,
    ) -> PublishError:
        code = classification.code
        said = sanitize(error.message, account.token) or f"HTTP {reply.status}"
        reason = classification.sentence.format(name=self.name) or f"{self.name} refused the post: {said}"
        match classification.kind:
            case ErrorKind.SERVER:
                return (InDoubt if publishing else Transient)(code, reason)
            case ErrorKind.NOT_READY:
                return Transient(code, reason)
            case ErrorKind.STALE_HANDLE:
                return StaleHandle(code, reason, error.details)
            case ErrorKind.THROTTLED:
                return RateLimited(code, reason, until=retry_time(reply.headers, attempt.now()))
            case ErrorKind.QUOTA:
                return RateLimited(code, reason, until=attempt.now() + QUOTA_WAIT)
            case ErrorKind.TOKEN_EXPIRED:
                return TokenExpired(code, reason)
            case ErrorKind.DUPLICATE:
                return Duplicate(code, reason)
            case ErrorKind.RECONNECT | ErrorKind.REJECTED:
                return Rejected(code, reason)


def id_in(answer: Mapping[str, Any], name: str = "id") -> str | None:
    """Return the id in the field ``name``, which Meta sends as a string or a number; None when there is none."""
    value = answer.get(name)
    if type(value) is int:
        return str(value)
    return value if isinstance(value, str) and value else None
