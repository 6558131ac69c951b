"""The peer that Minutehand replaces: Bull, a queue for Node on Redis, with the same jobs at the same concurrency.

Bull promises less: it starts an interrupted job again and cannot know whether the call was made.
"""

import json
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from local import npm
from local.settings import ROOT
from tests.bench.bull import redis_server
from tests.bench.drain import Drain
from tests.bench.publishers import BATCH, PLATFORM_CALL_SECONDS, PUBLISHERS

FOLDER = ROOT / ".local" / "bench" / "bull"
"""The folder in which Bull is installed."""
SOURCES = ("package.json", "package-lock.json", "burst.js")
SECONDS_AHEAD = 8
"""The time from the start until the jobs are due, in which all jobs are added."""


@dataclass(frozen=True, slots=True)
class Bull:
    """Bull, installed. ``name``: the versions of Bull and its server."""

    name: str
    _server: Path

    @classmethod
    def install(cls) -> Self:
        """Install Bull and its server.

        Raises:
            LocalStackError: Node, Redis or Bull cannot be installed.
        """
        FOLDER.mkdir(parents=True, exist_ok=True)
        for name in SOURCES:
            shutil.copyfile(Path(__file__).parent / name, FOLDER / name)
        npm.install(FOLDER)
        server = redis_server.program()
        package = json.loads((FOLDER / "node_modules" / "bull" / "package.json").read_text())
        return cls(f"Bull {package['version']}, {redis_server.version(server)}", server)

    def burst(self, jobs: int, *, durable: bool) -> tuple[float, Drain]:
        """Run ``jobs`` jobs that are due in the same second. Return how long it took to add them, in seconds, and how
        they were processed.

        Raises:
            LocalStackError: the server did not start, or a job failed.
        """
        with redis_server.redis(self._server, durable=durable) as socket:
            output = npm.run(
                FOLDER,
                FOLDER / "burst.js",
                *(str(socket), str(jobs), str(SECONDS_AHEAD)),
                *(str(PLATFORM_CALL_SECONDS * 1000), str(PUBLISHERS * BATCH)),
            )
        report = json.loads(output)
        calls = [(_moment(began), _moment(ended)) for began, ended in report["calls"]]
        recorded, cpu = _moment(report["recorded"]), report["cpuSeconds"]
        return report["added"] / 1000, Drain.of(_moment(report["due"]), calls, recorded=recorded, cpu_seconds=cpu)


def _moment(milliseconds: float) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
