"""The AWS emulator alone, for tests that need S3 over HTTP with checked signatures and permissions."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.emulator import client_environ, emulator
from local.settings import Port, Settings
from tests.support.ports import unused_port


@contextmanager
def running(folder: Path) -> Iterator[dict[str, str]]:
    """Run the emulator with its state in ``folder``; yield the environment variables of its clients."""
    settings = Settings(
        state=folder,
        emulator=Port(unused_port(), "the AWS emulator", "-"),
        postgres=Port(1, "Postgres", "-"),
        simulator=Port(1, "the platform simulator", "-"),
        external_database_url=None,
    )
    with emulator(settings):
        yield client_environ(settings)
