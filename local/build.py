"""Runs `sam build` only if one of its inputs has changed."""

import os
import shutil
import subprocess
import sys
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from local.errors import LocalStackError
from local.file_lock import file_lock
from local.fingerprint import fingerprint_of
from local.settings import ROOT, architecture

_RECIPE = "bundle"
_SOURCES = ("functions", "layers", _RECIPE)


@dataclass(frozen=True)
class Build:
    """A build of the template in its own folder, with its own cache."""

    folder: Path
    has_pages: bool
    """Whether the build contains the planner and Swagger UI; see `local.web`."""

    @property
    def output(self) -> Path:
        """Return the folder with the built template, functions and layers."""
        return self.folder / "build"

    def is_current(self, fingerprint: str) -> bool:
        """Return whether the output was built from the sources with this fingerprint."""
        return (
            (self.output / "template.yaml").is_file()
            and self._fingerprint_file.is_file()
            and self._fingerprint_file.read_text() == fingerprint
        )

    def update(self, fingerprint: str) -> None:
        """Make the build, unless it was made from the sources with this fingerprint. The errors are those of `make`."""
        if not self.is_current(fingerprint):
            self.make(fingerprint)

    def make(self, fingerprint: str) -> None:
        """Run `sam build` and store the fingerprint of the sources.

        Raises:
            LocalStackError: the build failed. The message includes the end of the build's output.
        """
        self._fingerprint_file.unlink(missing_ok=True)
        cache, recipe_file = self.folder / "cache", self.folder / "recipe-fingerprint"
        recipe = fingerprint_of(_files(_RECIPE))
        if not recipe_file.is_file() or recipe_file.read_text() != recipe:
            # SAM reuses the cached output of unchanged sources, even if the recipe has changed.
            shutil.rmtree(cache, ignore_errors=True)
        run_sam(
            *("build", "--cached", "--parallel", "--parameter-overrides", f"Architecture={architecture()}"),
            *("--build-dir", str(self.output), "--cache-dir", str(cache)),
            environ={} if self.has_pages else {"MINUTEHAND_PAGES": "none"},
        )
        recipe_file.write_text(recipe)
        self._fingerprint_file.write_text(fingerprint)

    @property
    def _fingerprint_file(self) -> Path:
        return self.folder / "fingerprint"


COMPLETE = Build(ROOT / ".aws-sam", has_pages=True)
WITHOUT_PAGES = Build(ROOT / ".aws-sam" / "without-pages", has_pages=False)
"""The build for tests that open no page. The folder is separate, so that `sam deploy` never uploads such a build."""


def build_lock() -> AbstractContextManager[None]:
    """Return a context manager that locks the builds. Another stack of the same clone waits for the lock."""
    return file_lock("build")


def source_fingerprint() -> str:
    """Return a fingerprint of the target architecture and of every file that `sam build` reads."""
    files = [ROOT / "template.yaml", *(path for folder in _SOURCES for path in _files(folder))]
    return fingerprint_of(files, architecture())


def run_sam(*arguments: str, environ: dict[str, str] | None = None) -> str:
    """Run the SAM CLI of this environment in the project folder and return its output.

    Raises:
        LocalStackError: the command failed. The message includes the end of the command's output.
    """
    tools = Path(sys.executable).parent
    done = subprocess.run(
        [sys.executable, "-m", "local.sam", *arguments],
        cwd=ROOT,
        env={
            **os.environ,
            # sam build uses the first python3.13 on the PATH, which must have pip.
            "PATH": f"{tools}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "SAM_CLI_TELEMETRY": "0",
            "AWS_DEFAULT_REGION": "us-east-1",
            # By default, the CLI polls at longer intervals than the emulator needs to deploy.
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


def _files(folder: str) -> list[Path]:
    return [path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
