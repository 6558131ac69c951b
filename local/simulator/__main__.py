"""Runs the simulator: ``python -m local.simulator --port 8090``."""

import argparse
import contextlib
import errno
import socket
import sys
from pathlib import Path

from local.simulator.app import server
from local.simulator.state import State


def main() -> int:
    """Serve until interrupted. Return 1 if the simulator cannot listen on the port."""
    parser = argparse.ArgumentParser(prog="local.simulator", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="the port to listen on")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: loopback only)")
    parser.add_argument("--state", type=Path, help="a JSON file that stores the state between runs")
    arguments = parser.parse_args()
    listener = socket.socket(socket.AF_INET6 if ":" in arguments.host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((arguments.host, arguments.port))
    except OSError as error:
        reason = "the port is in use" if error.errno == errno.EADDRINUSE else error.strerror
        print(f"The simulator cannot listen on {arguments.host}:{arguments.port}: {reason}.", file=sys.stderr)
        return 1
    host, port = listener.getsockname()[:2]
    print(f"Simulated platforms: http://{host}:{port}/", flush=True)
    with contextlib.suppress(KeyboardInterrupt):  # The server raises it again after a clean shutdown.
        server(State(arguments.state), host=host, port=port).run(sockets=[listener])
    return 0


if __name__ == "__main__":
    sys.exit(main())
