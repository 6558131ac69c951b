"""Refuses requests to a server on this machine if they name another host, or have the origin of another site.

A browser lets every page send simple requests to loopback. A site can also assign the address of this machine to its
own host name (DNS rebinding), so that its pages can read the responses. Browsers state the host name in ``Host`` and
the page's site in ``Origin`` and ``Sec-Fetch-Site``, and pages cannot change these headers
(https://fetch.spec.whatwg.org/#forbidden-request-header). Requests without ``Origin``, such as GET requests for images,
are forwarded, because pages of other sites cannot read the responses.
"""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")


class CrossSiteGuard:
    """Forwards requests to an ASGI application, unless they name another host or have the origin of another site."""

    def __init__(self, application: Application) -> None:
        """Guard ``application``."""
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse the request with the status 403, or forward it."""
        reason = self.refusal(scope) if scope["type"] in {"http", "websocket"} else None
        if reason is None:
            await self.accept(scope, receive, send)
        else:
            await _refuse(scope, send, reason)

    async def accept(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Forward the request to the guarded application."""
        await self._application(scope, receive, send)

    def refusal(self, scope: Scope) -> str | None:
        """Return the reason to refuse the request, or None."""
        headers = decoded_headers(scope)
        hosts = _own_hosts(scope)
        if headers.get("host", "").lower() not in hosts:
            return (
                f"The header Host is {headers.get('host', '')[:100]!r}; it must be one of {', '.join(sorted(hosts))}."
            )
        origin = headers.get("origin")
        if origin is None or self.accepts_foreign_origin(scope):
            return None
        if origin in {f"http://{host}" for host in hosts}:
            return None
        # If a page with the policy `no-referrer` submits a form, the origin is `null`, even to the page's own server.
        if origin == "null" and headers.get("sec-fetch-site") == "same-origin":
            return None
        return f"The header Origin is {origin[:100]!r}; pages of other sites may not send requests to this server."

    def accepts_foreign_origin(self, _scope: Scope) -> bool:
        """Return whether this request may have the origin of another site."""
        return False


def decoded_headers(scope: Scope) -> Mapping[str, str]:
    """Return the headers of a request, keyed by name in lower case. The values of a repeated header are joined."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _own_hosts(scope: Scope) -> set[str]:
    """Return the values of ``Host`` that name this server: its address and the names of loopback, with its port."""
    address, port = scope["server"]
    names = {*_LOOPBACK_NAMES, f"[{address}]" if ":" in address else address}
    # Clients omit the default port.
    return {f"{name}:{port}" for name in names} | (names if port == 80 else set())


async def _refuse(scope: Scope, send: Send, reason: str) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    body = f"{reason}\n".encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": body})
