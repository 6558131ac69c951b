"""A substitute for the X-Ray daemon of Lambda, which lets tests read the segments that it receives."""

import json
import socket
from typing import Any, Self


class Daemon:
    """Listens on a free local port."""

    def __enter__(self) -> Self:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(5)
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    @property
    def address(self) -> str:
        host, port = self._socket.getsockname()
        return f"{host}:{port}"

    def receive(self) -> dict[str, Any]:
        """Return the next segment."""
        preamble, _, document = self._socket.recv(65_536).partition(b"\n")
        assert json.loads(preamble) == {"format": "json", "version": 1}
        segment: dict[str, Any] = json.loads(document)
        return segment

    def is_silent(self) -> bool:
        """Return whether no segment is waiting. One that was sent on this machine arrives immediately."""
        self._socket.setblocking(False)
        try:
            self._socket.recv(65_536)
        except BlockingIOError:
            return True
        finally:
            self._socket.settimeout(5)
        return False
