"""The cost of lists, counts and jobs among a million posts, as a ratio of their cost among a thousand."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from statistics import quantiles

from minutehand.operations import jobs, statistics
from minutehand.posts.forms.list import PostQuery
from minutehand.posts.listing import page
from minutehand.runtime.db import Database
from minutehand.runtime.identity import Identity
from tests.bench.row import Row
from tests.bench.server import MILLION, Server
from tests.support.jobs import STATES

FEW = 1_000
RUNS = 100
MAX_RATIO = 3.0
"""The maximum ratio of the large case's p95 to that of the small case."""
OWNERS: list[str | None] = [None, "ada", "owner-3"]
FILTERS: list[dict[str, str]] = [
    {},
    {"status": "published"},
    {"status": "failed"},
    {"platform": "bluesky"},
    {"platform": "youtube"},
    {"campaign": "spring"},
]

type Look = Callable[[Database], object]


def rows(server: Server) -> list[Row]:
    """Compare each kind of query; a row shows the query whose cost grows most."""
    few, many = server.with_history(FEW), server.with_history(MILLION)
    return [_worst(kind, looks, many, few) for kind, looks in _looks().items()]


def _looks() -> dict[str, dict[str, Look]]:
    now = datetime.now(UTC)
    return {
        "lists of posts": {
            f"{order} {filters or ''}".strip(): partial(_list, order=order, filters=filters)
            for order in ("newest", "oldest", "scheduled", "latest")
            for filters in FILTERS
        },
        "counts of jobs": {
            f"of {owner or 'all'}": partial(statistics.queue_statistics, owner_id=owner, now=now) for owner in OWNERS
        },
        "lists of jobs": {
            f"{state} of {owner or 'all'}": partial(_jobs, owner=owner, state=state)
            for state in STATES
            for owner in OWNERS
        },
        "counts of posts": {"by status": statistics.post_statistics},
    }


def _worst(kind: str, looks: dict[str, Look], many: Database, few: Database) -> Row:
    measured = {name: _compared(look, many, few) for name, look in looks.items()}
    name = max(measured, key=lambda each: measured[each][0] / measured[each][1])
    long, short = measured[name]
    ratio = long / short
    return Row(
        f"{kind}: {MILLION:,} posts / {FEW:,}, p95",
        f"{ratio:.2f}x ({long * 1000:.2f} ms / {short * 1000:.2f} ms; worst of {len(looks)}: {name})",
        f"under {MAX_RATIO:g}x",
        ratio < MAX_RATIO,
        {each: {"many_seconds": times[0], "few_seconds": times[1]} for each, times in measured.items()},
    )


def _compared(look: Look, many: Database, few: Database) -> tuple[float, float]:
    """Time both alternately, so that other load affects both."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(RUNS):
        for db, taken in zip((many, few), times, strict=True):
            begun = time.perf_counter()
            look(db)
            taken.append(time.perf_counter() - begun)
    return _p95(times[0]), _p95(times[1])


def _p95(taken: list[float]) -> float:
    return quantiles(taken, n=20)[-1]


def _list(db: Database, *, order: str, filters: dict[str, str]) -> None:
    page(db, Identity("ada", "ada"), PostQuery.model_validate({"orderBy": order} | filters))


def _jobs(db: Database, *, owner: str | None, state: str) -> None:
    jobs.page(db, owner, state, cursor=None, take=50, now=datetime.now(UTC), attempts=3)  # type: ignore[arg-type]
