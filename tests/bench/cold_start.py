"""Cold starts of built functions: the imports of each function of the API, and the time until the first answer.

Each run is a fresh interpreter with the packages of the Lambda runtime. It may not write bytecode, as on AWS, where the
code is read-only. An earlier run of the same code without its bytecode shows the time that the bytecode saves.
"""

import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any, NamedTuple
from uuid import uuid4

from local import web
from local.build import COMPLETE, build_lock, source_fingerprint
from local.settings import ROOT
from local.virtualenvs import lambda_python
from minutehand.runtime.db import Database
from tests.bench.burst import claim
from tests.bench.row import Row
from tests.bench.server import Server
from tests.support.factories import make_posts

IMPORT_RUNS = 15
ANSWER_RUNS = 15
MAX_IMPORT_RATIO = 1.3
MAX_ANSWER_RATIO = 0.5
FLOOR = "from aws_lambda_powertools.logging import Logger; from pydantic import BaseModel; import psycopg"
EVENTS = ROOT / "events"

_IMPORT = f"""
import time
begun = time.process_time()
{FLOOR}
floor = time.process_time()
import app
print(floor - begun, time.process_time() - floor)
"""
_ANSWER = """
import json, sys, time
class Context:
    function_name, memory_limit_in_mb, aws_request_id = "bench", 512, "bench"
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:bench"
    get_remaining_time_in_millis = staticmethod(lambda: 30_000)
import app
answer = app.handler(json.load(sys.stdin), Context())
print(json.dumps([time.process_time(), answer]))
"""


class Start(NamedTuple):
    """A cold start, from the start of the process to the first answer. CPU time is that of the process."""

    seconds: float
    cpu_seconds: float


def rows(server: Server) -> list[Row]:
    """Build the functions if their sources have changed, and measure them."""
    with build_lock():
        web.build()
        fingerprint = source_fingerprint()
        if not COMPLETE.is_current(fingerprint):
            COMPLETE.make(fingerprint)
    _compile_runtime()
    with tempfile.TemporaryDirectory(prefix="minutehand-cold-") as folder, server.fresh() as url:
        uncompiled = Path(folder) / "build"
        shutil.copytree(COMPLETE.output, uncompiled, ignore=shutil.ignore_patterns("__pycache__"))
        return [*imports(COMPLETE.output), *answers({"compiled": COMPLETE.output, "uncompiled": uncompiled}, url)]


def _compile_runtime() -> None:
    """Compile the packages of the Lambda runtime. The measured processes may not write bytecode, so the figures would
    otherwise depend on whether another program has already imported botocore.
    """
    python = lambda_python()
    packages = python.parent.parent / "lib"
    subprocess.run([python, "-m", "compileall", "-q", packages], check=True, capture_output=True)


def imports(tree: Path) -> list[Row]:
    """Compare the imports of each function of the API with their floor: the packages that every function needs.

    One process imports first the packages and then the function, so that both times are measured at the same speed of
    the machine. The ratio is the sum of both times, divided by the time of the packages.
    """
    names = sorted(path.parent.name for path in tree.glob("*/app.py") if "ApiFunction(" in path.read_text())
    measured: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
    for _ in range(IMPORT_RUNS):
        for name, taken in measured.items():
            taken.append(_import_seconds(tree, name))
    return [_import_row(name, taken) for name, taken in measured.items()]


def _import_row(name: str, taken: Sequence[tuple[float, float]]) -> Row:
    ratios = [(floor + own) / floor for floor, own in taken]
    low, ratio, high = quantiles(ratios)
    return Row(
        f"imports of {name} / their floor, CPU",
        f"{ratio:.2f}x ({low:.2f}-{high:.2f}; floor {median(floor for floor, _ in taken) * 1000:.0f} ms)",
        f"at most {MAX_IMPORT_RATIO}x",
        ratio <= MAX_IMPORT_RATIO,
        {"ratios": ratios},
    )


def answers(trees: Mapping[str, Path], url: str) -> list[Row]:
    """Compare the cold starts of ``create_post`` and the publisher in two builds, alternately."""
    db = Database(lambda: url)
    try:
        events: dict[str, Callable[[], dict[str, Any]]] = {
            "CreatePostFunction": _new_post,
            "PublisherFunction": lambda: _due_message(db),
        }
        return [_compared(function, trees, event, url) for function, event in events.items()]
    finally:
        db.close()


def _compared(function: str, trees: Mapping[str, Path], event: Callable[[], dict[str, Any]], url: str) -> Row:
    starts: dict[str, list[Start]] = {name: [] for name in trees}
    for _ in range(ANSWER_RUNS):
        for name, tree in trees.items():
            starts[name].append(_start(tree, function, event(), url))
    new, old = (
        Start(median(each.seconds for each in taken), median(each.cpu_seconds for each in taken))
        for taken in starts.values()
    )
    ratio = new.cpu_seconds / old.cpu_seconds
    after, before = trees
    return Row(
        f"cold start of {function}, {after} / {before}, CPU",
        f"{ratio:.2f}x ({new.cpu_seconds * 1000:.0f} ms / {old.cpu_seconds * 1000:.0f} ms; "
        f"{new.seconds * 1000:.0f} ms / {old.seconds * 1000:.0f} ms until the first answer)",
        f"at most {MAX_ANSWER_RATIO}x",
        ratio <= MAX_ANSWER_RATIO,
        {name: [each._asdict() for each in taken] for name, taken in starts.items()},
    )


def _start(tree: Path, function: str, event: Mapping[str, Any], url: str) -> Start:
    begun = time.perf_counter()
    output = _run(tree, function, _ANSWER, {"DATABASE_URL": url}, given=json.dumps(event))
    seconds = time.perf_counter() - begun
    cpu_seconds, answer = json.loads(output.splitlines()[-1])
    if answer.get("statusCode", 201) != 201 or answer.get("batchItemFailures"):
        raise RuntimeError(f"{function} answered {answer}: the figures are invalid.")
    return Start(seconds, cpu_seconds)


def _import_seconds(tree: Path, function: str) -> tuple[float, float]:
    """Return the CPU time of importing the packages, and then that of importing the function."""
    floor, own = map(float, _run(tree, function, _IMPORT, {}).split())
    return floor, own


def _run(tree: Path, function: str, program: str, environ: Mapping[str, str], *, given: str = "") -> str:
    paths = (tree / function, tree / "DomainLayer" / "python", tree / "DependenciesLayer" / "python")
    done = subprocess.run(
        [lambda_python(), "-c", program],
        env={
            "PYTHONPATH": ":".join(map(str, paths)),
            "PYTHONDONTWRITEBYTECODE": "1",
            "POWERTOOLS_SERVICE_NAME": "bench",
            "POWERTOOLS_TRACE_DISABLED": "1",
            "STAGE": "local",
            "UNCONNECTED_PLATFORMS": "sandbox",
            "PUBLISH_QUEUE_URL": "http://127.0.0.1:1/queue",
            "TOKEN_KEY_ID": "none",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
            "AWS_ACCESS_KEY_ID": "none",
            "AWS_SECRET_ACCESS_KEY": "none",
            **environ,
        },
        input=given,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def _new_post() -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / "create_post.json").read_text())
    event["headers"]["idempotency-key"] = str(uuid4())
    event["body"] = json.dumps(
        {
            "content": "A cold start.",
            "platforms": ["bluesky"],
            "scheduledAt": (datetime.now(UTC) + timedelta(days=1)).isoformat(),
        }
    )
    return event


def _due_message(db: Database) -> dict[str, Any]:
    make_posts(db, 1, due=datetime.now(UTC).replace(microsecond=0), owner_id="ada")
    [publication_id] = claim(db)
    event: dict[str, Any] = json.loads((EVENTS / "publisher.json").read_text())
    event["Records"][0]["body"] = json.dumps({"publicationId": str(publication_id), "jobId": str(uuid4())})
    return event
