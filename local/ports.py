"""Checks that a port is free before anything is started on it."""

import socket

from local.errors import LocalStackError
from local.settings import Port


def require_free(port: Port) -> None:
    """Return when nothing listens on ``port``.

    Raises:
        LocalStackError: it is in use; the sentence names the port and the variable that moves it.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # Without this a port counts as used for a minute after its last connection was closed.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port.number))
        except OSError:
            raise LocalStackError(
                f"Port {port.number}, meant for {port.purpose}, is in use. "
                f"Stop what uses it, or choose another one: {port.variable}=<port> make run"
            ) from None


def unused() -> int:
    """Return a port that nothing uses at the moment."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number
