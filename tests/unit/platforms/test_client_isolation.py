"""One client serves all owners: no call may leak data into another call or into a log."""

import logging
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import httpx
import pytest

from minutehand.platforms.network import guarded_client, trusted_client


class _RecordingHandler(BaseHTTPRequestHandler):
    seen: list[str | None] = []  # noqa: RUF012 (one server, one list)

    def do_GET(self) -> None:
        self.seen.append(self.headers["Cookie"])
        self.send_response(204)
        self.send_header("Set-Cookie", "sid=owner-a")
        self.send_header("Location", "/upload?session=secret")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Write no log."""


@pytest.mark.parametrize(
    "client", [guarded_client(private_networks=True), trusted_client()], ids=["guarded", "trusted"]
)
def test_client_keeps_no_cookie_and_logs_no_url(client: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    _RecordingHandler.seen.clear()
    with HTTPServer(("127.0.0.1", 0), _RecordingHandler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        for _ in range(2):
            client.get(f"http://127.0.0.1:{server.server_port}/media?signature=secret")
        server.shutdown()
    assert _RecordingHandler.seen == [None, None]
    assert "secret" not in caplog.text
