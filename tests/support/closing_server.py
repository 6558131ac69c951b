"""A server whose connections end when a test says so, and a proxy whose connections end without notice."""

import http.client
import socket
import ssl
import struct
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{}"


class ClosingServer:
    """Acts on each connection as its script says, and records the requests of each connection.

    A script lists an action for each request: ``answer``; ``half``, for the first bytes of a response; ``close``, for
    no byte. The server then closes the connection, except after ``answer``. It closes a connection with an empty script
    at once. Connections beyond the scripts answer every request.
    """

    def __init__(self, scripts: Sequence[Sequence[str]], tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[int] = []
        """The number of requests on each connection."""
        self.closed = threading.Semaphore(0)
        """Counts the connections that have ended."""
        self._scripts = scripts
        self._tls = tls
        self._listening = socket.create_server(("127.0.0.1", 0))
        scheme = "http" if tls is None else "https"
        self.url = f"{scheme}://localhost:{self._listening.getsockname()[1]}/"

    def run(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self.requests.append(0)
            threading.Thread(target=self._serve, args=[connection, len(self.requests) - 1], daemon=True).start()

    def stop(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _serve(self, connection: socket.socket, number: int) -> None:
        try:
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
            self._act(connection, number)
        except OSError:
            pass  # the client has closed it
        finally:
            connection.close()
            self.closed.release()

    def _act(self, connection: socket.socket, number: int) -> None:
        script = list(self._scripts[number]) if number < len(self._scripts) else ["answer"]
        action = ""
        while script or action == "answer":
            action = script.pop(0) if script else "answer"
            if not _read_request(connection):
                return
            self.requests[number] += 1
            if action == "close":
                return
            connection.sendall(ANSWER if action == "answer" else ANSWER[:20])


def _read_request(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        received = connection.recv(65_536)
        if not received:
            return b""
        data += received
    return data


@contextmanager
def closing_server(*scripts: Sequence[str], tls: ssl.SSLContext | None = None) -> Iterator[ClosingServer]:
    """Run a `ClosingServer`."""
    server = ClosingServer(scripts, tls)
    threading.Thread(target=server.run, daemon=True).start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def closing_proxy(target: str, *, idle_seconds: float | None = None) -> Iterator[str]:
    """Forward requests to ``target``, and yield the proxy's address.

    The proxy resets a connection that has been idle for ``idle_seconds``. If this is None, the proxy closes each
    connection after one response. No response says so.
    """
    upstream = urlsplit(target)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def parse_request(self) -> bool:
            self.connection.settimeout(None)  # a connection is idle between two requests only
            return super().parse_request()

        def forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            connection = http.client.HTTPConnection(upstream.hostname or "", upstream.port, timeout=10)
            headers = {
                name: value for name, value in self.headers.items() if name.lower() not in ("connection", "host")
            }
            connection.request(self.command, self.path, body, headers)
            response = connection.getresponse()
            # The target names its own address, for example in a DID document. The next call must use the proxy too.
            content = response.read().replace(upstream.netloc.encode(), self.headers["Host"].encode())
            connection.close()
            self.send_response_only(response.status)
            for name, value in response.getheaders():
                if name.lower() not in ("content-length", "connection", "transfer-encoding"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
            self.connection.settimeout(idle_seconds)
            self.close_connection = idle_seconds is None

        do_GET = do_POST = do_PUT = do_HEAD = forward  # noqa: N815 the names that http.server looks up

        def finish(self) -> None:
            if idle_seconds is not None:  # a reset instead of an orderly end
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            super().finish()

        def log_message(self, *_: object) -> None:
            pass

    class Proxy(ThreadingHTTPServer):
        request_queue_size = 128

        def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
            self.close_request(request)  # without shutdown(), which would send an orderly end before the reset

        def handle_error(self, *_: object) -> None:
            pass  # the client closed its connection

    proxy = Proxy(("127.0.0.1", 0), Handler)
    threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{proxy.server_port}"
    finally:
        proxy.shutdown()
        proxy.server_close()
