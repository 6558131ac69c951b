"""Settings of the local stack, such as its state folder, ports and database."""

import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from local.errors import LocalStackError

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Port:
    """A loopback port, its purpose, and the environment variable that sets the port."""

    number: int
    purpose: str
    variable: str

    @classmethod
    def from_environ(cls, environ: Mapping[str, str], variable: str, default: int, purpose: str) -> Self:
        """Read the port from ``variable``, or use ``default`` if the variable is not set or empty.

        Raises:
            LocalStackError: the variable is not a number from 1 to 65535.
        """
        text = environ.get(variable) or str(default)
        if not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= 65535:
            raise LocalStackError(f"{variable} is {text[:20]!r}; it must be a port, a number from 1 to 65535.")
        return cls(int(text), purpose, variable)


@dataclass(frozen=True)
class Settings:
    """The settings that distinguish local stacks on the same machine."""

    state: Path
    """The folder for all data that is kept between runs, such as the database, the emulator's state and the logs."""
    emulator: Port
    postgres: Port
    simulator: Port
    external_database_url: str | None
    """The URL of the Postgres database to use, or None if the stack starts its own Postgres server."""

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Read the settings of ``make run``.

        Raises:
            LocalStackError: a port is not a number from 1 to 65535.
        """
        return cls(
            state=ROOT / ".local",
            emulator=Port.from_environ(environ, "MINUTEHAND_EMULATOR_PORT", 4566, "the AWS emulator"),
            postgres=Port.from_environ(environ, "MINUTEHAND_POSTGRES_PORT", 5460, "Postgres"),
            simulator=Port.from_environ(environ, "MINUTEHAND_SIMULATOR_PORT", 8095, "the platform simulator"),
            external_database_url=environ.get("DATABASE_URL") or None,
        )

    @property
    def ports(self) -> tuple[Port, ...]:
        """Return the ports on which the stack's own processes listen."""
        own = () if self.external_database_url is not None else (self.postgres,)
        return (self.emulator, *own, self.simulator)

    @property
    def logs(self) -> Path:
        """Return the folder that contains the logs of the processes."""
        return self.state / "logs"

    @property
    def emulator_url(self) -> str:
        """Return the endpoint of the emulated AWS services."""
        return f"http://127.0.0.1:{self.emulator.number}"

    @property
    def simulator_url(self) -> str:
        """Return the URL of the platform simulator, which is also the URL of its timeline page."""
        return f"http://127.0.0.1:{self.simulator.number}"


def architecture() -> str:
    """Return Lambda's name for the architecture of this machine, which runs the local functions."""
    return "arm64" if platform.machine().lower() in {"arm64", "aarch64"} else "x86_64"
