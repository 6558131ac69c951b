"""The deployed local stack for end-to-end tests, on free ports and in its own folder, independent of `make run`."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from local import deploy
from local.accounts import connect_demo_accounts
from local.build import COMPLETE, Build
from local.progress import Progress
from local.settings import Port, Settings
from local.stack import Stack, running
from minutehand.runtime.db import Database
from tests.support.ports import unused_port

POSTS = "/api/social/posts"


class DeployedStack:
    """A running stack, with clients of its parts."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.deployment = stack.deployment
        self.simulator = httpx.Client(base_url=stack.settings.simulator_url, timeout=30)
        self.db = Database(lambda: stack.database_url)

    def api(self, user: str | None, headers: Mapping[str, str] | None = None) -> httpx.Client:
        """Return a client of the deployed API with the identity ``user``; None sends no identity."""
        identity = {} if user is None else {"x-user-id": user}
        return httpx.Client(base_url=self.deployment.api_url, headers=identity | dict(headers or {}), timeout=60)

    def connect_accounts(self, owner: str) -> None:
        """Connect ``owner`` to an account on each simulated platform."""
        connect_demo_accounts(self.stack, owner)

    def aws(self, service: str) -> Any:
        """Return a boto3 client of the emulated ``service``."""
        return deploy.client(self.stack.settings, service)

    def invoke(self, function: str, event: Mapping[str, Any]) -> Any:
        """Run a function by its logical name, for example Scheduler, and return its response."""
        response = self.aws("lambda").invoke(
            FunctionName=self.deployment.functions[function], Payload=json.dumps(event).encode()
        )
        payload = json.loads(response["Payload"].read())
        assert "FunctionError" not in response, payload
        return payload

    @contextmanager
    def configured(self, variables: Mapping[str, str], *functions: str) -> Iterator[None]:
        """Change environment variables of functions, given by their logical names, while the block runs."""
        aws = self.aws("lambda")
        names = [self.deployment.functions[function] for function in functions]
        before = {name: aws.get_function_configuration(FunctionName=name)["Environment"]["Variables"] for name in names}
        try:
            for name, old in before.items():
                aws.update_function_configuration(FunctionName=name, Environment={"Variables": old | dict(variables)})
            yield
        finally:
            for name, old in before.items():
                aws.update_function_configuration(FunctionName=name, Environment={"Variables": old})

    def close(self) -> None:
        self.simulator.close()
        self.db.close()


@contextmanager
def joined(stack: Stack) -> Iterator[DeployedStack]:
    """Yield a running stack, which another process may run, with clients of this process."""
    deployed_stack = DeployedStack(stack)
    try:
        yield deployed_stack
    finally:
        deployed_stack.close()


@contextmanager
def deployed(folder: Path, build: Build = COMPLETE) -> Iterator[DeployedStack]:
    """Start and deploy a stack with its state in ``folder``; stop it at the end."""
    settings = Settings(
        state=folder,
        emulator=Port(unused_port(), "the AWS emulator", "-"),
        postgres=Port(unused_port(), "Postgres", "-"),
        simulator=Port(unused_port(), "the platform simulator", "-"),
        external_database_url=None,
    )
    with running(settings, Progress(), build) as stack, joined(stack) as deployed_stack:
        yield deployed_stack
