"""A server that behaves like the server of an attacker. The first part of a request's path names the behaviour."""

import gzip
import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache

LARGE = 50_000_000
BLOCK = b"a" * 65_536
DRIP_SECONDS = 0.05

type Behave = Callable[[socket.socket, threading.Event], None]


def _send(content: bytes, *headers: str, status: str = "200 OK") -> Behave:
    def behave(connection: socket.socket, _: threading.Event) -> None:
        connection.sendall(_head(*headers, f"Content-Length: {len(content)}", status=status) + content)

    return behave


def _endless(beginning: bytes, block: bytes, *, seconds: float = 0) -> Behave:
    def behave(connection: socket.socket, stop: threading.Event) -> None:
        connection.sendall(beginning)
        while not stop.wait(seconds):
            connection.sendall(block)

    return behave


def _silent(_: socket.socket, stop: threading.Event) -> None:
    stop.wait(60)


def _head(*headers: str, status: str = "200 OK") -> bytes:
    return "".join(f"{line}\r\n" for line in (f"HTTP/1.1 {status}", *headers, "")).encode()


@cache
def bomb(layers: int) -> bytes:
    """Return zeros that were compressed several times."""
    content = bytes(LARGE)
    for _ in range(layers):
        content = gzip.compress(content, 6)
    return content


def _fields(value: object) -> bytes:
    """Return JSON in which each field that an adapter reads has ``value``."""
    names = [
        "id",
        "did",
        "handle",
        "accessJwt",
        "refreshJwt",
        "access_token",
        "refresh_token",
        "expires_in",
        "username",
        "uri",
        "cid",
        "blob",
        "url",
    ]
    return json.dumps(dict.fromkeys(names, value)).encode()


def behaviours() -> Mapping[str, Behave]:
    """Return the behaviours by name."""
    chunked, json_type = "Transfer-Encoding: chunked", "Content-Type: application/json"
    statuses = [{"id": "1", "content": "<a " * 400_000, "created_at": "2999-01-01T00:00:00Z"}]
    return {
        "gzip": _send(bomb(1), "Content-Encoding: gzip"),
        "nested gzip": _send(bomb(3), "Content-Encoding: gzip, gzip, gzip"),
        "brotli": _send(BLOCK, "Content-Encoding: br"),
        "zstandard": _send(BLOCK, "Content-Encoding: zstd"),
        "endless gzip": _endless(_head("Content-Encoding: gzip"), gzip.compress(bytes(65_536))),
        "endless id": _endless(_head(json_type) + b'{"id": "', BLOCK),
        "long id": _send(_fields("a" * 150_000)),
        "null characters": _send(_fields("\0")),
        "endless headers": _endless(_head()[:-2], b"X-A: a\r\n" * 1_000),
        "endless header": _endless(b"HTTP/1.1 200 OK\r\nX-A: ", BLOCK),
        "endless informational responses": _endless(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 1_000),
        "endless chunks": _endless(_head(chunked), b"1\r\na\r\n" * 10_000),
        "slow head": _endless(b"HTTP/1.1 200 OK\r\nX-A: ", b"a", seconds=DRIP_SECONDS),
        "slow body": _endless(_head("Content-Length: 1000000"), b" ", seconds=DRIP_SECONDS),
        "silence": _silent,
        "deep lists": _send(b"[" * 2_000_000),
        "deep objects": _send(b'{"a":' * 400_000),
        "many lists": _send(b"[" + b"[]," * 600_000 + b"0]"),
        "many objects": _send(b"[" + b'{"":{}},' * 240_000 + b"0]"),
        "large numbers": _send(_fields(10**4_000)),
        "numbers that are none": _send(_fields(float("inf")) + b" "),
        "redirects": _send(b"", "Location: /redirects/again", status="302 Found"),
        "redirects to a name that cannot exist": _send(b"", "Location: https://xn--ls8h.la/", status="302 Found"),
        "redirects to nowhere": _send(b"", "Location: http://[", status="302 Found"),
        "too short": lambda connection, _: connection.sendall(_head("Content-Length: 100") + b"{}"),
        "too long": lambda connection, _: connection.sendall(_head("Content-Length: 2") + b"{}{}"),
        "impossible length": lambda connection, _: connection.sendall(_head("Content-Length: -1") + b"{}"),
        "no HTTP": _endless(b"", BLOCK),
        "limited for ages": _send(
            b"{}", "Retry-After: Wed, 21 Oct 999999999999999999999 07:28:00 GMT", status="429 Too Many Requests"
        ),
        "quadratic HTML": _send(json.dumps(statuses).encode(), json_type),
        "quadratic page": _send(
            b"<title>a</title>" + b"a" * 120_000 + b"-" + b"a" * 120_000, "Content-Type: text/html; charset=punycode"
        ),
    }


@contextmanager
def server() -> Iterator[tuple[str, list[str]]]:
    """Run the server. Yield its address and the names of its behaviours, which are the first part of a path."""
    stop, known = threading.Event(), behaviours()
    paths = {name.replace(" ", "-"): behave for name, behave in known.items()}

    def handle(connection: socket.socket) -> None:
        with connection:
            try:
                connection.settimeout(30)
                request = b""
                while b"\r\n\r\n" not in request:
                    if not (received := connection.recv(65_536)):
                        return
                    request += received
                paths[request.split(b" ", 2)[1].decode().split("/")[1]](connection, stop)
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65_536):
                    pass  # the rest of a request's body
            except OSError:
                return  # the client has given up, as it should

    def accept(listening: socket.socket) -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=handle, args=[connection], daemon=True).start()

    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        threading.Thread(target=accept, args=[listening], daemon=True).start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}", list(paths)
        finally:
            stop.set()
            listening.shutdown(socket.SHUT_RDWR)
