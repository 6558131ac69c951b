"""The requests that a server on this machine refuses, because a page of another site may have sent them."""

import asyncio
from typing import Any

import pytest

from local.cross_site_guard import CrossSiteGuard, Message, Receive, Scope, Send

PORT = 8095


async def application(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def sent(
    headers: list[tuple[str, str]], *, address: str = "127.0.0.1", port: int = PORT, **scope: Any
) -> list[Message]:
    """Return the messages with which the guarded application responds."""
    messages: list[Message] = []

    async def send(message: Message) -> None:
        messages.append(message)

    async def receive() -> Message:
        raise AssertionError("A refused request is not read.")

    request = {
        "type": "http",
        "method": "POST",
        "path": "/faults",
        "query_string": b"",
        "server": (address, port),
        "headers": [(name.encode(), value.encode()) for name, value in headers],
        **scope,
    }
    asyncio.run(CrossSiteGuard(application)(request, receive, send))
    return messages


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param([("host", "127.0.0.1:8095")], id="tool"),
        pytest.param([("host", "localhost:8095")], id="name"),
        pytest.param([("Host", "LOCALHOST:8095")], id="upper-case"),
        pytest.param([("host", "[::1]:8095")], id="ipv6"),
        pytest.param([("host", "127.0.0.1:8095"), ("origin", "http://127.0.0.1:8095")], id="own-page"),
        pytest.param([("host", "127.0.0.1:8095"), ("origin", "http://localhost:8095")], id="own-page-by-name"),
        pytest.param(
            [("host", "127.0.0.1:8095"), ("origin", "null"), ("sec-fetch-site", "same-origin")], id="own-private-form"
        ),
    ],
)
def test_own_requests_are_passed_on(headers: list[tuple[str, str]]) -> None:
    assert sent(headers)[0]["status"] == 204


@pytest.mark.parametrize(
    ("headers", "named"),
    [
        pytest.param([], "Host", id="no-host"),
        pytest.param([("host", "evil.example:8095")], "Host", id="rebound-name"),
        pytest.param([("host", "127.0.0.1.evil.example:8095")], "Host", id="similar-name"),
        pytest.param([("host", "evil.example")], "Host", id="no-port"),
        pytest.param([("host", "127.0.0.1:80")], "Host", id="other-port"),
        pytest.param([("host", "127.0.0.1:8095"), ("host", "evil.example:8095")], "Host", id="two-hosts"),
        pytest.param([("host", "127.0.0.1:8095"), ("origin", "https://evil.example")], "Origin", id="cross-site"),
        pytest.param(
            [("host", "127.0.0.1:8095"), ("origin", "http://127.0.0.1:3000")], "Origin", id="other-origin-port"
        ),
        pytest.param([("host", "127.0.0.1:8095"), ("origin", "https://127.0.0.1:8095")], "Origin", id="other-scheme"),
        pytest.param([("host", "127.0.0.1:8095"), ("origin", "null")], "Origin", id="hidden-origin"),
        pytest.param(
            [("host", "127.0.0.1:8095"), ("origin", "null"), ("sec-fetch-site", "cross-site")],
            "Origin",
            id="sandboxed-frame",
        ),
        pytest.param([("host", "127.0.0.1:8095"), ("origin", "")], "Origin", id="empty-origin"),
    ],
)
def test_requests_of_other_sites_are_refused(headers: list[tuple[str, str]], named: str) -> None:
    start, body = sent(headers)

    assert start["status"] == 403
    assert body["body"].startswith(f"The header {named} is ".encode())


def test_default_port_may_be_omitted() -> None:
    assert sent([("host", "localhost")], port=80)[0]["status"] == 204


def test_address_on_which_the_server_listens_is_accepted() -> None:
    assert sent([("host", "192.0.2.7:8095")], address="192.0.2.7")[0]["status"] == 204


def test_websocket_of_another_site_is_closed() -> None:
    headers = [("host", "127.0.0.1:8095"), ("origin", "https://evil.example")]

    assert sent(headers, type="websocket") == [{"type": "websocket.close", "code": 1008}]
