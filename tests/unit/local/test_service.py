"""Processes of the stack exit with their parent, take their children with them, and report why they failed."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from local.errors import LocalStackError
from local.service import Service
from local.settings import ROOT

WITH_CHILD = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(child.pid, flush=True)
time.sleep(600)
"""
STARTER = """
import os, pathlib, sys, time
from local.service import Service
Service("It", [sys.executable, "-m", "local.exit_with_parent", "sleeper"], os.environ, pathlib.Path({log!r}))
print(flush=True)
time.sleep(600)
"""


def first_line(log: Path) -> str:
    while not (text := log.read_text()).endswith("\n"):
        pass
    return text.strip()


def exits(process: psutil.Process) -> bool:
    """Return whether ``process`` exits within 20 s; a zombie counts as exited."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            if process.status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
    return False


def test_stop_kills_leftover_children(tmp_path: Path) -> None:
    service = Service("It", [sys.executable, "-c", WITH_CHILD], os.environ, tmp_path / "log")
    child = psutil.Process(int(first_line(tmp_path / "log")))

    service.stop()

    assert exits(child)


def test_process_that_exits_at_once_is_reported_with_its_log(tmp_path: Path) -> None:
    service = Service("It", [sys.executable, "-c", "raise SystemExit('no room')"], os.environ, tmp_path / "log")

    with pytest.raises(LocalStackError, match=r"(?s)It exited with status 1.*no room"):
        service.wait_until_healthy("http://127.0.0.1:1/", seconds=20)

    service.stop()


def test_process_exits_when_its_parent_is_killed(tmp_path: Path) -> None:
    module = tmp_path / "sleeper.py"
    module.write_text("import os, time\nprint(os.getpid(), flush=True)\ntime.sleep(600)\n")
    log = tmp_path / "log"
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            STARTER.format(log=str(log)),
        ],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        stdout=subprocess.PIPE,
    )
    assert parent.stdout
    parent.stdout.readline()
    sleeper = psutil.Process(int(first_line(log)))

    parent.kill()
    parent.communicate()

    assert exits(sleeper)
