"""A proxy before Postgres that shows which statements a client sends without waiting for a response."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Self

from psycopg.conninfo import conninfo_to_dict, make_conninfo

PATIENCE_SECONDS = 10


class PostgresProxy:
    """Forwards one connection. After `hold`, it forwards nothing until the client has sent the given text."""

    def __init__(self, url: str) -> None:
        self._given = {name: str(value) for name, value in conninfo_to_dict(url).items()}
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._markers: list[bytes] = []

    @property
    def url(self) -> str:
        port = self._listener.getsockname()[1]
        return make_conninfo(**self._given | {"host": "127.0.0.1", "port": str(port), "sslmode": "disable"})

    def hold(self, *markers: str) -> None:
        """Forward nothing until the client has sent ``markers``, in this order.

        If the client waits for a response before it has sent them, its connection is closed after a while.
        """
        self._markers = [marker.encode() for marker in markers]

    @contextmanager
    def running(self) -> Iterator[Self]:
        thread = threading.Thread(target=self._serve)
        thread.start()
        try:
            yield self
        finally:
            self._listener.close()
            thread.join()

    def _serve(self) -> None:
        client, _ = self._listener.accept()
        with client, self._server() as server:
            client.settimeout(PATIENCE_SECONDS)
            back = threading.Thread(target=_copy, args=(server, client))
            back.start()
            held = b""
            with suppress(OSError):
                while received := client.recv(65_536):
                    held += received
                    if self._contains_markers(held):
                        self._markers = []
                        server.sendall(held)
                        held = b""
            with suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)
            back.join()

    def _contains_markers(self, held: bytes) -> bool:
        position = 0
        for marker in self._markers:
            position = held.find(marker, position)
            if position < 0:
                return False
        return True

    def _server(self) -> socket.socket:
        host, port = self._given["host"], self._given.get("port", "5432")
        if not host.startswith("/"):
            return socket.create_connection((host, int(port)))
        server = socket.socket(socket.AF_UNIX)
        server.connect(f"{host}/.s.PGSQL.{port}")
        return server


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while received := source.recv(65_536):
            target.sendall(received)
        target.shutdown(socket.SHUT_RDWR)
