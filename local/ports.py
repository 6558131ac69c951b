"""Checks that the ports of the local stack are free before its processes start."""

import socket

from local.errors import LocalStackError
from local.settings import Port


def require_free(*ports: Port) -> None:
    """Check that ``ports`` are free on loopback.

    Raises:
        LocalStackError: at least one port is in use. The message names each of these ports, and the variables that
            change them.
    """
    taken = [port for port in ports if not _is_free(port)]
    if not taken:
        return
    named = " ".join(f"Port {port.number}, needed for {port.purpose}, is in use." for port in taken)
    variables = " ".join(f"{port.variable}=<port>" for port in taken)
    advice = "the process that uses it, or choose another port"
    if len(taken) > 1:
        advice = "the processes that use them, or choose other ports"
    raise LocalStackError(f"{named} Stop {advice}: {variables} make run")


def _is_free(port: Port) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # Without this option, a port counts as in use for a minute after its last connection is closed.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port.number))
        except OSError:
            return False
    return True
