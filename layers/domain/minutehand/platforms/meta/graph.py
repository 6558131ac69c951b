"""Calls to Meta's Graph API and the errors that they raise. The token is sent in a header, never in a URL."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from minutehand.platforms.error_table import ErrorTable
from minutehand.platforms.exchange import Exchange, Reply, bearer
from minutehand.platforms.identifiers import bounded_text
from minutehand.platforms.meta.errors import GraphError, Name, StaleHandle
from minutehand.platforms.port import Account, Attempt
from minutehand.runtime.clock import Clock


@dataclass(frozen=True, slots=True)
class GraphApi:
    """The root URL, the version and the error table of one platform's Graph API. ``version`` returns the version."""

    root: str
    version: Callable[[], str]
    errors: ErrorTable[Name]


class GraphClient:
    """Calls one platform's Graph API and raises its errors."""

    def __init__(self, client: httpx.Client, api: GraphApi) -> None:
        self.name = api.errors.platform
        self._api = api
        self._exchange = Exchange(client, self.name)

    def get(self, path: str, account: Account, clock: Attempt | Clock, **query: str) -> Mapping[str, Any]:
        """Make a GET request to ``path`` and return the fields of the response.

        Raises:
            PublishError: see `Exchange.prepare` and the platform's error table.
        """
        request = self._request("GET", path, account, params=query or None)
        return self.send(request, account, clock)

    def prepare(self, path: str, account: Account, attempt: Attempt, **fields: str) -> Mapping[str, Any]:
        """Make a POST request that publishes nothing and may be repeated. Raises the errors of `get`."""
        request = self._request("POST", path, account, data=fields)
        return self.send(request, account, attempt)

    def send(self, request: httpx.Request, account: Account, clock: Attempt | Clock) -> Mapping[str, Any]:
        """Send a request that publishes nothing and may be repeated. Raises the errors of `get`."""
        return self._fields(self._exchange.prepare(request, clock.now), account, clock)

    def publish_request(self, path: str, account: Account, **fields: str) -> httpx.Request:
        """Return the request for the publish call.

        The adapter builds the request before `Attempt.arm`, so that building it cannot fail between arming and sending.
        """
        return self._request("POST", path, account, data=fields)

    def connect(self, request: httpx.Request, attempt: Attempt) -> None:
        """Open the connection for the publish call; see `Exchange.connect`."""
        self._exchange.connect(request, attempt)

    def publish(self, request: httpx.Request, account: Account, attempt: Attempt) -> Mapping[str, Any]:
        """Make the publish call and return the fields of the response.

        Raises:
            InDoubt: the call's outcome is unclear; see `Exchange.publish` and `ErrorTable`.
            PublishError: see `Exchange.publish` and the platform's error table.
        """
        reply = self._exchange.publish(request, attempt.now)
        return self._fields(reply, account, attempt, publishing=True)

    def upload_request(self, path: str, account: Account, files: Mapping[str, Any], **fields: str) -> httpx.Request:
        """Return a request that uploads one chunk of a file."""
        return self._request("POST", path, account, data=fields, files=files)

    def _request(self, method: str, path: str, account: Account, **body: Any) -> httpx.Request:
        root = account.base_url.rstrip("/") or self._api.root
        headers = bearer(account.token.get("access_token", ""), self.name)
        url = f"{root}/{self._api.version()}/{path}"
        return self._exchange.client.build_request(method, url, headers=headers, **body)

    def _fields(
        self, reply: Reply, account: Account, clock: Attempt | Clock, *, publishing: bool = False
    ) -> Mapping[str, Any]:
        error = GraphError.parse(reply.data)
        if reply.ok and error is None:
            return reply.fields
        failure = self._api.errors.error(reply, account.token, clock.now(), publishing=publishing)
        if isinstance(failure, StaleHandle) and error is not None:
            failure.details = error.details
        raise failure


def id_in(answer: Mapping[str, Any], name: str = "id") -> str | None:
    """Return the id in the field ``name`` as text, or None if the field contains no valid id. Meta sends ids as strings
    or as numbers.
    """
    value = answer.get(name)
    if type(value) is int:
        return str(value)
    return bounded_text(value)
