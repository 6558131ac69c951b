"""Check that a port is free before a process is started on it."""

import socket

from local.errors import LocalStackError
from local.settings import Port


def require_free(port: Port) -> None:
    """Check that ``port`` is free on loopback.

    Raises:
        LocalStackError: the port is in use. The message names the variable that changes the port.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # Without this option, a port counts as in use for a minute after its last connection is closed.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port.number))
        except OSError:
            raise LocalStackError(
                f"Port {port.number}, needed for {port.purpose}, is in use. "
                f"Stop the process that uses it, or choose another port: {port.variable}=<port> make run"
            ) from None
