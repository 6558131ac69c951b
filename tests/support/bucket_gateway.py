"""A server in front of the emulator's S3 that applies the bucket's CORS rules as S3 does, and that can fail.

The API and the emulated bucket have the same origin, so a browser would not apply CORS. S3 has another origin, and
applies the bucket's rules:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html#cors-eval-criteria
"""

import http.client
import socket
import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any, Literal
from urllib.parse import urlsplit

from tests.support.loopback_server import serving

type Fault = Literal["lose", "refuse"]
_REFUSED = b"<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"
_SET_BY_BROWSER = {"host", "origin", "referer", "connection"}


class BucketGateway:
    """The requests that the gateway has received, and the faults of the next uploads."""

    def __init__(self, url: str, emulator: str, rules: Sequence[Mapping[str, Any]]) -> None:
        """Pass uploads on to ``emulator``. ``rules``: the CORS rules of the bucket, as S3 returns them."""
        self.url = url
        self.emulator = emulator
        self.faults: list[Fault | None] = []
        """The faults of the next uploads: ``lose`` resets the connection after half of the upload, and ``refuse``
        refuses the upload.
        """
        self.preflights = 0
        self.uploads: list[int] = []
        """The part number of each upload, or 0 for a whole file."""
        self._rules = rules

    def allowed(self, origin: str | None, method: str, headers: Sequence[str] = ()) -> dict[str, str] | None:
        """Return the headers with which S3 allows a request, or None."""
        for rule in self._rules:
            names = [name.lower() for name in rule.get("AllowedHeaders", [])]
            if (
                origin is not None
                and ("*" in rule["AllowedOrigins"] or origin in rule["AllowedOrigins"])
                and method in rule["AllowedMethods"]
                and all("*" in names or name.lower() in names for name in headers)
            ):
                exposed = ", ".join(rule.get("ExposeHeaders", []))
                return {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": exposed}
        return None


@contextmanager
def bucket_gateway(emulator: str, rules: Sequence[Mapping[str, Any]]) -> Iterator[BucketGateway]:
    """Run a gateway on a free port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_OPTIONS(self) -> None:
            running.preflights += 1
            method = self.headers["Access-Control-Request-Method"]
            asked = self.headers.get("Access-Control-Request-Headers", "")
            names = [name.strip() for name in asked.split(",") if name.strip()]
            allowed = running.allowed(self.headers["Origin"], method, names)
            more = {"Access-Control-Allow-Methods": method, "Access-Control-Allow-Headers": ", ".join(names)}
            self._answer(403 if allowed is None else 200, b"", {**allowed, **more} if allowed else {})

        def do_PUT(self) -> None:
            query = urlsplit(self.path).query
            running.uploads.append(int(dict(part.split("=") for part in query.split("&")).get("partNumber", 0)))
            allowed = running.allowed(self.headers["Origin"], "PUT") or {}
            size = int(self.headers["Content-Length"])
            fault = running.faults.pop(0) if running.faults else None
            if fault == "lose":
                self.rfile.read(size // 2)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.close_connection = True
                self.connection.close()
                return
            body = self.rfile.read(size)
            if fault == "refuse":
                self._answer(403, _REFUSED, allowed)
                return
            headers = {name: value for name, value in self.headers.items() if name.lower() not in _SET_BY_BROWSER}
            upstream = http.client.HTTPConnection(urlsplit(running.emulator).netloc, timeout=60)
            upstream.request("PUT", self.path, body, headers)
            response = upstream.getresponse()
            content = response.read()
            self._answer(response.status, content, {**allowed, "ETag": response.headers.get("ETag", "")})
            upstream.close()

        def _answer(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with serving(Handler) as url:
        running = BucketGateway(url, emulator, rules)
        yield running
