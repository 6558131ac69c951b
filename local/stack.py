"""The whole local stack: Postgres, simulator, emulator, deployed template; started in order, stopped in reverse."""

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from local import build
from local.deploy import Deployer, Deployment
from local.emulator import emulator
from local.errors import LocalStackError
from local.ports import require_free
from local.postgres import postgres
from local.progress import Progress
from local.service import Service
from local.settings import Settings
from local.virtualenvs import emulator_python, lambda_python
from minutehand.migrations.migrate import upgrade


@dataclass(frozen=True)
class Stack:
    """A running local stack."""

    settings: Settings
    database_url: str
    deployment: Deployment
    services: tuple[Service, ...]

    def require_running(self) -> None:
        """Return when every process is alive.

        Raises:
            LocalStackError: one has ended; with the end of its log.
        """
        for service in self.services:
            service.require_running()


@contextmanager
def running(settings: Settings, progress: Progress) -> Iterator[Stack]:
    """Run the stack while the block runs. Whatever was started is stopped, also when a later step fails.

    Raises:
        LocalStackError: a step failed; with a sentence about what to do.
    """
    with ExitStack() as started:
        started.enter_context(_alone(settings))
        with progress.step("Packages of the emulator and of the functions' runtime"):
            emulator_python()
            lambda_python()
        with progress.step("Postgres, with its schema"):
            database_url = started.enter_context(postgres(settings))
            upgrade(database_url)
        with progress.step("Platform simulator"):
            simulator = started.enter_context(_simulator(settings))
        with progress.step("AWS emulator"):
            aws = started.enter_context(emulator(settings))
        yield Stack(settings, database_url, _deployed(settings, database_url, progress), (simulator, aws))


def _deployed(settings: Settings, database_url: str, progress: Progress) -> Deployment:
    deployer = Deployer(settings, database_url)
    with build.exclusively():
        mark = build.fingerprint()
        if not deployer.is_current(mark):
            if not build.is_current(mark):
                with progress.step("sam build"):
                    build.build(mark)
            with progress.step("sam deploy"):
                deployer.deploy(mark)
    return deployer.deployment()


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Hold the state folder: two stacks on the same data would destroy it."""
    settings.state.mkdir(parents=True, exist_ok=True)
    with (settings.state / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LocalStackError(
                f"Another local stack is running on {settings.state}. Stop it first: Ctrl-C where it runs."
            ) from None
        yield


@contextmanager
def _simulator(settings: Settings) -> Iterator[Service]:
    require_free(settings.simulator)
    service = Service(
        "The platform simulator",
        [
            *(sys.executable, "-m", "local.exit_with_parent", "local.simulator"),
            *("--port", str(settings.simulator.number)),
            *("--state", settings.state / "simulator.json"),
        ],
        os.environ,
        settings.logs / "simulator.log",
    )
    try:
        service.wait_until_healthy(f"{settings.simulator_url}/health", seconds=20)
        yield service
    finally:
        service.stop()
