"""Compare the deployed API with its OpenAPI document, by generated requests: python -m tests.contract.

A failure is a status of 5xx, an undocumented status or content type, or a response that does not match its schema.
schemathesis.toml lists the checks that do not apply.
"""

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from local.openapi.reference import BASE
from local.virtualenvs import contract_python
from tests.contract.warm_up import warm_up
from tests.support.stack import deployed

OWNER = "ada"
MAX_SECONDS = 50
"""The maximum duration of the requests, after every function has started. A slow machine sends fewer requests."""
UNLIMITED = {"REQUESTS_PER_MINUTE": "1000000"}
"""An owner could otherwise make only 600 writing calls a minute; see `minutehand.runtime.rate_limit`."""
SETTINGS = Path(__file__).with_name("schemathesis.toml")


def main(arguments: Sequence[str]) -> int:
    """Start the local stack and test it. ``arguments`` are passed on to schemathesis. Return the exit status."""
    tool = contract_python().with_name("schemathesis")
    with ExitStack() as started:
        folder = started.enter_context(tempfile.TemporaryDirectory(prefix="minutehand-contract-"))
        stack = started.enter_context(deployed(Path(folder)))
        stack.connect_accounts(OWNER)
        started.enter_context(stack.configured(UNLIMITED, *stack.deployment.functions))
        warm_up(stack)
        address = stack.deployment.api_url
        options = ["--url", address, "--max-time", str(MAX_SECONDS), *arguments]
        command: list[str | Path] = [tool, "--config-file", SETTINGS, "run", f"{address}{BASE}openapi.json", *options]
        return subprocess.run(command, cwd=folder, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
