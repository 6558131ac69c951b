"""Free ports for the processes that tests start."""

import secrets
import socket
from contextlib import suppress

_NOT_FOR_CLIENTS = range(20_000, 30_000)


def unused_port() -> int:
    """Return a free port that the system does not assign to outgoing connections."""
    while True:
        number = secrets.choice(_NOT_FOR_CLIENTS)
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe, suppress(OSError):
            probe.bind(("127.0.0.1", number))
            return number
