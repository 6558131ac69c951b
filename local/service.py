"""A process of the local stack, which is started in its own session and stopped together with its children."""

import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from local.errors import LocalStackError
from local.settings import ROOT

_STOP_TIMEOUT_SECONDS = 10.0


class Service:
    """A child process that writes its output to a log file.

    The child runs in its own process group, so that Ctrl-C in the terminal reaches only the stack, which then stops its
    services in order. The child's standard input is a pipe that closes when this process exits for any reason (see
    `local.exit_with_parent`).
    """

    def __init__(self, name: str, command: Sequence[str | Path], environ: Mapping[str, str], log: Path) -> None:
        """Start ``command``. Error messages call the process ``name``."""
        self.name = name
        self._log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [str(argument) for argument in command],
                cwd=ROOT,
                env=dict(environ),
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_until_healthy(self, url: str, seconds: float) -> None:
        """Wait until the process responds at ``url``.

        Raises:
            LocalStackError: the process exited or did not respond within ``seconds``. The message includes the end of
                the process's log.
        """
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.require_running()
            try:
                urllib.request.urlopen(url, timeout=1).close()  # noqa: S310 the URL is our own
            except urllib.error.HTTPError:
                return  # Any response shows that the process is ready.
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise LocalStackError(f"{self.name} did not respond within {seconds:.0f} s.\n{self._log_end()}")

    def require_running(self) -> None:
        """Check that the process is alive.

        Raises:
            LocalStackError: the process exited. The message includes the end of the process's log.
        """
        if (status := self._process.poll()) is not None:
            raise LocalStackError(f"{self.name} exited with status {status}.\n{self._log_end()}")

    def stop(self) -> None:
        """Terminate the process, wait up to ten seconds until it exits, and then kill the remaining processes of its
        group.
        """
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_STOP_TIMEOUT_SECONDS)
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        if self._process.stdin:
            self._process.stdin.close()

    def _log_end(self) -> str:
        lines = self._log.read_text(errors="replace").splitlines()[-15:]
        return "\n".join([f"The end of {self._log}:", *(f"  {line}" for line in lines)])
