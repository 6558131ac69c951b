"""The cost of a tick without due posts, and of a deep list page, by the number of posts."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any, cast

from minutehand.posts.forms.list import PostQuery
from minutehand.posts.listing import PostPage, page
from minutehand.queue.outbox import Outbox
from minutehand.queue.policy import Policy
from minutehand.queue.tick import tick
from minutehand.runtime.clock import SystemClock
from minutehand.runtime.db import Database
from minutehand.runtime.identity import Identity
from tests.bench.accepting_sqs import AcceptingSqs
from tests.bench.row import Row
from tests.bench.server import MILLION, Server

FEW = 1_000
RUNS = 201
DEEP_PAGE = 1_000
MAX_RATIO = 1.5
"""The maximum ratio of the large case's time to that of the small case."""


def tick_rows(server: Server) -> list[Row]:
    """Compare ticks over a thousand and a million scheduled posts, none of them due."""
    few, many = server.with_posts(FEW), server.with_posts(MILLION)
    return [_compared(f"tick, none due: {MILLION:,} posts / {FEW:,}", lambda: _tick(many), lambda: _tick(few))]


def list_rows(server: Server) -> list[Row]:
    """Compare the first page of a million posts with page 1,000, reached through cursors."""
    db = server.with_posts(MILLION)
    cursor = None
    for _ in range(DEEP_PAGE - 1):
        cursor = _page(db, cursor)["pagination"]["nextCursor"]
    return [
        _compared(
            f"list of {MILLION:,} posts: page {DEEP_PAGE:,} / page 1",
            lambda: _page(db, cursor),
            lambda: _page(db, None),
        )
    ]


def _compared(name: str, large: Callable[[], object], small: Callable[[], object]) -> Row:
    """Time both alternately, so that other load affects both."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(RUNS):
        for run, taken in zip((large, small), times, strict=True):
            begun = time.perf_counter()
            run()
            taken.append(time.perf_counter() - begun)
    long, short = (median(taken) for taken in times)
    ratio = long / short
    return Row(
        name,
        f"{ratio:.2f}x ({long * 1000:.2f} ms / {short * 1000:.2f} ms)",
        f"at most {MAX_RATIO}x",
        ratio <= MAX_RATIO,
        {"ratio": ratio, "large_seconds": long, "small_seconds": short},
    )


def _tick(db: Database) -> None:
    tick(
        db,
        Outbox(cast("Any", AcceptingSqs()), "queue", lead=timedelta(seconds=1)),
        SystemClock(),
        horizon=timedelta(seconds=120),
        policy=Policy("sandbox"),
        deadline=datetime.now(UTC) + timedelta(seconds=55),
    )


def _page(db: Database, cursor: str | None) -> PostPage:
    return page(db, Identity("ada", "ada"), PostQuery(cursor=cursor))
