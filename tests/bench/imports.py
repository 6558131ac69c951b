"""The import time of a function as a ratio of its floor: the packages that every function needs."""

import os
import subprocess
import sys
from statistics import median

from local.settings import ROOT
from tests.bench.row import Row
from tests.bench.server import Server

RUNS = 15
MAX_RATIO = 1.3
FLOOR = "from aws_lambda_powertools.logging import Logger; from pydantic import BaseModel; import psycopg"
FUNCTION = "import functions.create_post.app"


def rows(server: Server) -> list[Row]:
    """Time both alternately in fresh interpreters, so that other load affects both."""
    for statement in (FUNCTION, FLOOR):  # the first import compiles the modules
        _seconds(statement)
    times = [(_seconds(FUNCTION), _seconds(FLOOR)) for _ in range(RUNS)]
    function, floor = (median(taken) for taken in zip(*times, strict=True))
    ratio = function / floor
    return [
        Row(
            "import of create_post / its floor",
            f"{ratio:.2f}x ({function * 1000:.0f} ms / {floor * 1000:.0f} ms)",
            f"at most {MAX_RATIO}x",
            ratio <= MAX_RATIO,
            {"ratio": ratio, "function_seconds": function, "floor_seconds": floor},
        )
    ]


def _seconds(statement: str) -> float:
    program = f"import time; begun = time.perf_counter(); {statement}; print(time.perf_counter() - begun)"
    paths = os.pathsep.join((str(ROOT), str(ROOT / "layers" / "domain")))
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONPATH": paths},
        check=True,
        capture_output=True,
        text=True,
    )
    return float(done.stdout)
