"""Run the benchmarks, print the results and save them as JSON.

Usage: python -m tests.bench [--only NAME] [--deployed]
"""

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from local.settings import ROOT
from tests.bench import api, burst, calendar, claims, cold_start, deployed, floor, operations, peer, statements, volume
from tests.bench.row import Row, table
from tests.bench.server import Server, server

BENCHMARKS: dict[str, Callable[[Server], list[Row]]] = {
    "statements": statements.rows,
    "burst": burst.rows,
    "floor": floor.rows,
    "peer": peer.rows,
    "cold-start": cold_start.rows,
    "api": api.rows,
    "tick": volume.tick_rows,
    "claim": claims.rows,
    "list": volume.list_rows,
    "operations": operations.rows,
    "calendar": calendar.rows,
}


def main() -> None:
    """Run the chosen benchmarks. A row's verdict, not the exit status, says whether its target was reached."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=BENCHMARKS, help="run this benchmark (may be repeated)")
    parser.add_argument("--deployed", action="store_true", help="only run a burst through the deployed local stack")
    given = parser.parse_args()
    started = datetime.now(UTC)
    rows = deployed.rows() if given.deployed else _measured(given.only or list(BENCHMARKS))
    colours = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    saved = _save(started, rows).relative_to(ROOT)
    sys.stdout.write(f"{table(rows, colours=colours)}\n\nSaved to {saved}\n")


def _measured(names: list[str]) -> list[Row]:
    rows: list[Row] = []
    with server() as postgres:
        for name in names:
            begun = time.monotonic()
            rows += BENCHMARKS[name](postgres)
            sys.stderr.write(f"{name}: measured in {time.monotonic() - begun:.0f} s\n")
    return rows


def _save(started: datetime, rows: list[Row]) -> Path:
    path = ROOT / ".local" / "bench" / f"{started:%Y%m%dT%H%M%SZ}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    report = {
        "started_at": started.isoformat(timespec="seconds"),
        "machine": {"cpus": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()},
        "rows": [asdict(row) | {"verdict": row.verdict} for row in rows],
    }
    path.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return path


if __name__ == "__main__":
    main()
