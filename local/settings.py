"""Where the local stack keeps its state and on which ports it answers."""

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
    """A loopback port, what listens there, and the environment variable that moves it."""

    number: int
    purpose: str
    variable: str

    @classmethod
    def from_environ(cls, environ: Mapping[str, str], variable: str, default: int, purpose: str) -> Self:
        """Read the port from ``variable``; ``default`` when it is not set.

        Raises:
            LocalStackError: the variable is not a number between 1 and 65535.
        """
        text = environ.get(variable) or str(default)
        if not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= 65535:
            raise LocalStackError(f"{variable} is {text[:20]!r}. It must be a port, a number from 1 to 65535.")
        return cls(int(text), purpose, variable)


@dataclass(frozen=True)
class Settings:
    """Everything that distinguishes one local stack from another on the same machine."""

    state: Path
    """Folder of everything that outlives a run: database, emulated services, logs."""
    emulator: Port
    postgres: Port
    simulator: Port
    given_database_url: str | None
    """A Postgres to use instead of the embedded one."""

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Read the settings of ``make run``.

        Raises:
            LocalStackError: a port is not a port.
        """
        return cls(
            state=ROOT / ".local",
            emulator=Port.from_environ(environ, "MINUTEHAND_EMULATOR_PORT", 4566, "the AWS emulator"),
            postgres=Port.from_environ(environ, "MINUTEHAND_POSTGRES_PORT", 5460, "Postgres"),
            simulator=Port.from_environ(environ, "MINUTEHAND_SIMULATOR_PORT", 8095, "the platform simulator"),
            given_database_url=environ.get("DATABASE_URL") or None,
        )

    @property
    def logs(self) -> Path:
        """Folder of the logs of the stack's processes."""
        return self.state / "logs"

    @property
    def emulator_url(self) -> str:
        """Endpoint of every emulated AWS service."""
        return f"http://127.0.0.1:{self.emulator.number}"

    @property
    def simulator_url(self) -> str:
        """Address of the platform simulator and of its timeline page."""
        return f"http://127.0.0.1:{self.simulator.number}"


def architecture() -> str:
    """Return this machine's processor by Lambda's name for it: the local functions run on it directly."""
    return "arm64" if platform.machine().lower() in {"arm64", "aarch64"} else "x86_64"
