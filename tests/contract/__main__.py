"""Compare the deployed API with its OpenAPI document, by generated requests: python -m tests.contract.

A failure is a status of 5xx, an undocumented status or content type, or a response that does not match its schema.
schemathesis.toml lists the checks that do not apply.
"""

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from local.openapi.reference import BASE, routes
from local.virtualenvs import contract_python
from tests.support.api import sample
from tests.support.stack import DeployedStack, deployed

OWNER = "ada"
MAX_SECONDS = 150
"""The maximum duration of the requests, after every function has started."""
SETTINGS = Path(__file__).with_name("schemathesis.toml")


def main(arguments: Sequence[str]) -> int:
    """Start the local stack and test it. ``arguments`` are passed on to schemathesis. Return the exit status."""
    tool = contract_python().with_name("schemathesis")
    with tempfile.TemporaryDirectory(prefix="minutehand-contract-") as folder, deployed(Path(folder)) as stack:
        stack.connect_accounts(OWNER)
        # Before the first tick, the queue is not healthy, and its health has the status 503.
        stack.invoke("Scheduler", sample("scheduler"))
        start_functions(stack)
        address = stack.deployment.api_url
        options = ["--url", address, "--max-time", str(MAX_SECONDS), *arguments]
        command: list[str | Path] = [tool, "--config-file", SETTINGS, "run", f"{address}{BASE}openapi.json", *options]
        return subprocess.run(command, cwd=folder, check=False).returncode


def start_functions(stack: DeployedStack) -> None:
    """Call each function once, because the first call of a function takes seconds on a slow machine."""
    with stack.api(OWNER) as api, ThreadPoolExecutor(4) as pool:
        first = {function: route for route, function in routes().items()}
        for response in pool.map(lambda route: _call(api, *route), first.values()):
            assert response.status_code < 500, response.text


def _call(api: httpx.Client, method: str, path: str) -> httpx.Response:
    body = None if method == "GET" else b"{}"
    return api.request(method, BASE + path, content=body, headers={"content-type": "application/json"})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
