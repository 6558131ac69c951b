"""A Redis server for Bull: the installed one, or Valkey, a fork of Redis, from its package."""

import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.errors import LocalStackError
from local.virtualenvs import valkey

DURABLE = ("--appendonly", "yes", "--appendfsync", "always")
"""Each change is on the disk before Redis responds, like a commit of Postgres."""
START_SECONDS = 10


def program() -> Path:
    """Return the program of the server.

    Raises:
        LocalStackError: no server is installed, and there is no package for this machine.
    """
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    return Path(found) if found else valkey()


def version(server: Path) -> str:
    """Return the name and the version of the server, for example "Redis 7.0.15"."""
    stated = subprocess.run([server, "--version"], check=True, capture_output=True, text=True).stdout
    name, number = re.match(r"(\w+) server v=([\d.]+)", stated).groups()  # type: ignore[union-attr]
    return f"{name} {number}"


@contextmanager
def redis(server: Path, *, durable: bool) -> Iterator[Path]:
    """Run an empty server, and yield its socket. Without ``durable``, it saves only snapshots, as is its default.

    Raises:
        LocalStackError: the server did not start.
    """
    with tempfile.TemporaryDirectory(prefix="minutehand-redis-") as folder:
        path, log = Path(folder) / "socket", Path(folder) / "log"
        settings = DURABLE if durable else ()
        process = subprocess.Popen(
            [server, "--port", "0", "--unixsocket", path, "--dir", folder, "--logfile", log, *settings]
        )
        try:
            _wait_until_ready(process, path, log)
            yield path
        finally:
            process.terminate()
            process.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], path: Path, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.connect(str(path))
                connection.sendall(b"PING\r\n")
                if connection.recv(7) == b"+PONG\r\n":
                    return
        except (FileNotFoundError, ConnectionRefusedError):
            pass
        time.sleep(0.02)
    raise LocalStackError(f"Redis did not start.\n{log.read_text() if log.is_file() else ''}")
