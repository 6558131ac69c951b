"""Runs `sam build` when, and only when, something that it reads has changed."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.errors import LocalStackError
from local.settings import ROOT, architecture

BUILD = ROOT / ".aws-sam" / "build"
_MARK = ROOT / ".aws-sam" / "fingerprint"
_SOURCES = ("functions", "layers")


@contextmanager
def exclusively() -> Iterator[None]:
    """Hold the build folder: another stack of the same clone waits here until the block ends."""
    lock = ROOT / ".local" / "build.lock"
    lock.parent.mkdir(exist_ok=True)
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def fingerprint() -> str:
    """Return a digest of every file that `sam build` reads, and of the processor it builds for."""
    digest = hashlib.sha256(architecture().encode())
    for path in _inputs():
        digest.update(f"\0{path.relative_to(ROOT)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:32]


def is_current(mark: str) -> bool:
    """Whether the build folder holds what the sources with the fingerprint ``mark`` give."""
    return (BUILD / "template.yaml").is_file() and _MARK.is_file() and _MARK.read_text() == mark


def build(mark: str) -> None:
    """Build, and remember that the outcome is that of ``mark``.

    Raises:
        LocalStackError: the build failed; with its output.
    """
    _MARK.unlink(missing_ok=True)
    run_sam("build", "--cached", "--parallel", "--parameter-overrides", f"Architecture={architecture()}")
    _MARK.write_text(mark)


def run_sam(*arguments: str, environ: dict[str, str] | None = None) -> str:
    """Run the SAM CLI of this environment in the project folder and return its output.

    Raises:
        LocalStackError: it failed; with the end of its output.
    """
    tools = Path(sys.executable).parent
    done = subprocess.run(
        [shutil.which("sam", path=str(tools)) or "sam", *arguments],
        cwd=ROOT,
        env={
            **os.environ,
            # sam build takes the first python3.13 on the PATH, and needs one that has pip.
            "PATH": f"{tools}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "SAM_CLI_TELEMETRY": "0",
            "AWS_DEFAULT_REGION": "us-east-1",
            # The emulator is quicker than what the CLI waits for between two questions.
            "SAM_CLI_POLL_DELAY": "0.1",
            **(environ or {}),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    if done.returncode:
        end = "\n".join(done.stdout.splitlines()[-30:])
        raise LocalStackError(f"sam {arguments[0]} failed.\n{end}")
    return done.stdout


def _inputs() -> list[Path]:
    files = [
        path
        for folder in _SOURCES
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]
    return sorted([ROOT / "template.yaml", *files])
