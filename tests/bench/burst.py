"""Measure a burst of posts due in the same second with Minutehand and with Bull, and posts that are due alone."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any, cast
from uuid import UUID

from local.errors import LocalStackError
from minutehand.queue.outbox import Outbox
from minutehand.queue.policy import Policy
from minutehand.queue.tick import tick
from minutehand.runtime.clock import SystemClock
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.bench.accepting_sqs import AcceptingSqs
from tests.bench.bull.runner import Bull
from tests.bench.drain import Drain, Rounds
from tests.bench.publishers import HORIZON, LEAD, Publishers, publishers
from tests.bench.row import Row
from tests.bench.server import Server
from tests.support.factories import make_posts

POSTS = 5_000
OWNERS = 50
ROUNDS = 5
LONE_POSTS = 20
AHEAD = {1: timedelta(seconds=2), POSTS: timedelta(seconds=12)}
"""The time from the start until the posts are due, in which the tick ends."""
LONE_LATENESS_SECONDS = 0.020
OURS, DURABLE, DEFAULT = "Minutehand", "appendfsync always", "default persistence"

type Burst = Callable[[], tuple[float, Drain]]
"""Prepares and processes a burst. Returns the seconds of preparation, and how the burst was processed."""


def rows(server: Server) -> list[Row]:
    """Measure posts that are due alone, and bursts of Minutehand and of Bull in rotation."""
    bull, missing = find_bull()
    with server.fresh() as url, publishers(url) as running:
        db = Database(lambda: url)
        alone = [publish(server, db, running, 1)[1].p50 for _ in range(LONE_POSTS)]
        bursts: dict[str, Burst] = {OURS: lambda: publish(server, db, running, POSTS)}
        if bull is not None:
            installed = bull
            bursts[DURABLE] = lambda: installed.burst(POSTS, durable=True)
            bursts[DEFAULT] = lambda: installed.burst(POSTS, durable=False)
        measured = in_rotation(bursts)
        db.close()
    rounds = {name: Rounds([drain for _, drain in several]) for name, several in measured.items()}
    prepared = {name: [seconds for seconds, _ in several] for name, several in measured.items()}
    return [
        _ours(rounds),
        *(_compared(bull.name, rounds) if bull is not None else [not_measured(missing)]),
        _prepared(f"burst: creating and claiming {POSTS:,}", prepared[OURS]),
        *([_prepared(f"{bull.name}: adding {POSTS:,}", prepared[DURABLE])] if bull is not None else []),
        Row(
            "one post alone in its second",
            f"late {median(alone) * 1000:.1f} ms (median of {len(alone)}, worst {max(alone) * 1000:.1f})",
            f"under {LONE_LATENESS_SECONDS * 1000:.0f} ms",
            median(alone) < LONE_LATENESS_SECONDS,
            {"seconds": alone},
        ),
    ]


def find_bull() -> tuple[Bull | None, str]:
    """Return Bull, or None and the reason why it cannot run on this machine."""
    try:
        return Bull.install(), ""
    except LocalStackError as error:
        return None, f"Node, Bull or Redis cannot be installed. {str(error).splitlines()[0]}"


def in_rotation(bursts: dict[str, Burst]) -> dict[str, list[tuple[float, Drain]]]:
    """Run every burst once in each round, in a different order each time, so that other load affects all bursts."""
    measured: dict[str, list[tuple[float, Drain]]] = {name: [] for name in bursts}
    names = list(bursts)
    for number in range(ROUNDS):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            measured[name].append(bursts[name]())
    return measured


def _ours(rounds: dict[str, Rounds]) -> Row:
    name = f"burst of {POSTS:,} posts of {OWNERS} owners in one second"
    ours = rounds[OURS]
    if DURABLE not in rounds:
        return Row(name, str(ours), "at most Bull's", None, ours.numbers())
    mine, bull = ours.median, rounds[DURABLE].median
    return Row(
        name,
        str(ours),
        f"at most Bull's with {DURABLE}: drained {bull.drained:.2f} s, p99 {bull.p99:.2f} s",
        mine.drained <= bull.drained and mine.p99 <= bull.p99,
        ours.numbers(),
    )


def _compared(name: str, rounds: dict[str, Rounds]) -> list[Row]:
    mine = rounds[OURS].median
    ratios = {
        kind: {
            figure: getattr(mine, figure) / getattr(rounds[kind].median, figure)
            for figure in ("drained", "p99", "cpu_seconds")
        }
        for kind in (DURABLE, DEFAULT)
    }
    stated = "; ".join(
        f"{kind}: drained {each['drained']:.2f}x, p99 {each['p99']:.2f}x, CPU {each['cpu_seconds']:.2f}x"
        for kind, each in ratios.items()
    )
    return [
        *(
            Row(f"{name}, {kind}: {POSTS:,} jobs", str(rounds[kind]), "", None, rounds[kind].numbers())
            for kind in ratios
        ),
        Row(f"burst: Minutehand / Bull, medians of {ROUNDS}", stated, "", None, ratios),
    ]


def not_measured(reason: str) -> Row:
    """Return the row that states why Bull was not measured."""
    return Row(f"Bull: {POSTS:,} jobs in one second", f"not measured: {reason}", "", None)


def _prepared(name: str, seconds: Sequence[float]) -> Row:
    spread = f"({min(seconds):.2f}-{max(seconds):.2f})"
    return Row(name, f"{median(seconds):.2f} s {spread}", "", None, {"seconds": list(seconds)})


def publish(server: Server, db: Database, running: Publishers, posts: int) -> tuple[float, Drain]:
    """Publish ``posts`` posts due in one second; return the seconds of preparation, and how they were published."""
    begun = time.monotonic()
    due = datetime.now(UTC).replace(microsecond=0) + AHEAD[posts]
    owners = min(posts, OWNERS)
    for number in range(owners):
        make_posts(db, posts // owners, due=due, owner_id=f"owner-{number}")
    ids = claim(db)
    prepared = time.monotonic() - begun
    if datetime.now(UTC) > due - LEAD:
        raise RuntimeError(f"Creating and claiming {posts:,} posts took {prepared:.1f} s: the figures are invalid.")
    drain = drained(server, running, ids, due)
    _all_published(db, due, posts)
    return prepared, drain


def drained(server: Server, running: Publishers, ids: Sequence[UUID], due: datetime) -> Drain:
    """Publish these publications, which are due at ``due``, and return how they were published."""
    SystemClock().sleep_until(due - LEAD)  # CPU time for the preparation, such as that of autovacuum, does not count
    used = server.cpu_seconds()
    reports = running.publish(ids, due=due)
    used = server.cpu_seconds() - used + sum(report.cpu_seconds for report in reports)
    calls = [call for report in reports for call in report.calls]
    recorded = max(report.recorded for report in reports if report.calls)
    return Drain.of(due, calls, recorded=recorded, cpu_seconds=used)


def claim(db: Database) -> list[UUID]:
    """Run a tick, and return the ids of the publications that it claimed."""
    sqs = AcceptingSqs()
    deadline = datetime.now(UTC) + timedelta(seconds=55)
    tick(
        db,
        Outbox(cast("Any", sqs), "queue", lead=LEAD),
        SystemClock(),
        horizon=HORIZON,
        policy=Policy("sandbox"),
        deadline=deadline,
    )
    return sqs.publication_ids


def _all_published(db: Database, due: datetime, posts: int) -> None:
    row = db.one(_PUBLISHED, due=due)
    if row is None or row["published"] != posts:
        raise RuntimeError(f"Of {posts} posts, {row and row['published']} were published: the figures are invalid.")


_PUBLISHED = Query(
    "published",
    "SELECT count(*) AS published FROM social_posts WHERE scheduled_at = %(due)s AND status = 'published'",
)
