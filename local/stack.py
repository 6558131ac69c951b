"""The local stack, which starts Postgres, the simulator and the emulator, and deploys the template."""

import fcntl
import os
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass

from local import web
from local.build import COMPLETE, Build, build_lock, source_fingerprint
from local.deploy import Deployer, Deployment
from local.emulator import emulator
from local.errors import LocalStackError
from local.openapi.stored import current_document
from local.ports import require_free
from local.postgres import allow_logins, postgres, stop_left_over
from local.progress import Progress
from local.service import Service
from local.settings import Settings
from local.virtualenvs import emulator_python, lambda_python
from minutehand.migrations.migrate import upgrade
from minutehand.migrations.roles import grant


@dataclass(frozen=True)
class Stack:
    """A running local stack, with its settings, its database, its deployment and its processes."""

    settings: Settings
    database_url: str
    deployment: Deployment
    services: tuple[Service, ...]

    def require_running(self) -> None:
        """Check that the simulator and the emulator are running.

        Raises:
            LocalStackError: one of these processes exited. The message includes the end of the process's log.
        """
        for service in self.services:
            service.require_running()


@contextmanager
def running(settings: Settings, progress: Progress, build: Build = COMPLETE) -> Iterator[Stack]:
    """Run the stack while the block runs. At the end, or if a step fails, stop all processes in reverse order.

    ``build``: the build to deploy, which is made again if its sources have changed.

    Raises:
        LocalStackError: a step failed. The message states the cause.
    """
    with ExitStack() as started:
        started.enter_context(_state_lock(settings))
        stop_left_over(settings)
        require_free(*settings.ports)
        background = ThreadPoolExecutor(max_workers=1)
        started.callback(background.shutdown, cancel_futures=True)
        # Both builds leave a part of the processors idle, so the services start meanwhile.
        pages = background.submit(_build_pages, build)
        built = background.submit(_build_functions, build, pages)
        with progress.step("Packages of the emulator and of the Lambda runtime"):
            emulator_python()
            lambda_python()
        with progress.step("Postgres and its schema"):
            database_url = started.enter_context(postgres(settings))
            upgrade(database_url)
            grant(database_url)
            logins = allow_logins(database_url) if settings.external_database_url is None else {}
        with progress.step("Platform simulator"):
            simulator = started.enter_context(_simulator(settings))
        with progress.step("AWS emulator"):
            aws = started.enter_context(emulator(settings))
        deployer = Deployer(settings, build.output, database_url, logins)
        deployer.prepare()
        _wait(pages, "The planner" if build.has_pages else "OpenAPI document", progress)
        _wait(built, "sam build", progress)
        deployment = _deployed(deployer, build, progress)
        yield Stack(settings, database_url, deployment, (simulator, aws))


def _build_pages(build: Build) -> None:
    with build_lock():
        if build.has_pages:
            web.build()
        else:
            current_document()


def _build_functions(build: Build, pages: Future[None]) -> None:
    pages.result()  # without the pages, `sam build` fails
    with build_lock():
        build.update(source_fingerprint())


def _wait(work: Future[None], title: str, progress: Progress) -> None:
    """Wait until the work ends, which raises its error. Print the step, unless the work has already ended."""
    with nullcontext() if work.done() else progress.step(title):
        work.result()


def _deployed(deployer: Deployer, build: Build, progress: Progress) -> Deployment:
    with build_lock():
        fingerprint = source_fingerprint()
        if not deployer.is_current(fingerprint):
            build.update(fingerprint)  # The sources may have changed since the build.
            with progress.step("sam deploy"):
                deployer.deploy(fingerprint)
    return deployer.deployment()


@contextmanager
def _state_lock(settings: Settings) -> Iterator[None]:
    """Lock the state folder while the block runs, so that two stacks do not corrupt the data in the folder."""
    settings.state.mkdir(parents=True, exist_ok=True)
    with (settings.state / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LocalStackError(
                f"Another local stack is using {settings.state}. First stop that stack with Ctrl-C in its terminal."
            ) from None
        yield


@contextmanager
def _simulator(settings: Settings) -> Iterator[Service]:
    service = Service(
        "The platform simulator",
        [
            *(sys.executable, "-m", "local.exit_with_parent", "local.simulator"),
            *("--port", str(settings.simulator.number)),
            *("--state", settings.state / "platforms.json"),
        ],
        os.environ,
        settings.logs / "simulator.log",
    )
    try:
        service.wait_until_healthy(f"{settings.simulator_url}/health", seconds=20)
        yield service
    finally:
        service.stop()
