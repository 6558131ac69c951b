"""Installs packages from npm and runs their scripts, with the Node.js of a virtual environment."""

import hashlib
import os
import subprocess
from pathlib import Path

from local.errors import LocalStackError
from local.virtualenvs import node

_OUTPUT_LINES = 40


def install(folder: Path, *, development: bool = True) -> None:
    """Install the packages of package-lock.json in ``folder``, unless they are already installed.

    ``development``: whether to also install the packages for development.

    Raises:
        LocalStackError: the installation failed. The message includes the end of its output.
    """
    installed = folder / "node_modules" / ".installed"
    fingerprint = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    without_development = f"{fingerprint} without development"
    sufficient = {fingerprint} if development else {fingerprint, without_development}
    if not installed.is_file() or installed.read_text() not in sufficient:
        npm = node().parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        run(folder, npm, "ci", "--no-audit", "--no-fund", *(() if development else ("--omit=dev",)))
        installed.write_text(fingerprint if development else without_development)


def run(folder: Path, script: Path, *arguments: str) -> str:
    """Run a Node script in ``folder``, and return its output.

    Raises:
        LocalStackError: the script failed. The message includes the end of its output.
    """
    done = subprocess.run(
        [node(), script.resolve(), *arguments],
        cwd=folder,
        env=environ(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        end = "\n".join(done.stdout.splitlines()[-_OUTPUT_LINES:])
        raise LocalStackError(f"{script.stem} failed.\n{end}")
    return done.stdout


def environ() -> dict[str, str]:
    """Return an environment in which the packages' scripts find the same Node."""
    return {**os.environ, "PATH": f"{node().parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
