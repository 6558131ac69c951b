"""The AWS emulator by itself, for tests that want a real S3 over HTTP: one that checks signatures and permissions."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.emulator import client_environ, emulator
from local.ports import unused_port
from local.settings import Port, Settings


@contextmanager
def running(folder: Path) -> Iterator[dict[str, str]]:
    """Run it with its state in ``folder``; give the environment in which clients of AWS talk to it."""
    settings = Settings(
        state=folder,
        emulator=Port(unused_port(), "the AWS emulator", "-"),
        postgres=Port(1, "Postgres", "-"),
        simulator=Port(1, "the platform simulator", "-"),
        external_database_url=None,
    )
    with emulator(settings):
        yield client_environ(settings)
