"""The cost of claiming many posts that are due at the same time, by their number."""

import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from minutehand.queue.outbox import Outbox
from minutehand.queue.policy import Policy
from minutehand.queue.tick import tick
from minutehand.runtime.clock import SystemClock
from tests.bench.accepting_sqs import AcceptingSqs
from tests.bench.publishers import HORIZON, LEAD
from tests.bench.row import Row
from tests.bench.server import Server
from tests.bench.statements import CountingDatabase
from tests.support.factories import make_posts

FEW, MANY = 5_000, 50_000
MAX_RATIO = 1.5
"""The maximum ratio of the CPU time for each post. A ratio of 1 means that the cost is proportional to the number of
posts.
"""
DEADLINE = timedelta(minutes=5)


def rows(server: Server) -> list[Row]:
    """Claim few and many posts, each with one tick, in an empty database."""
    measured = {count: _claim(server, count) for count in (FEW, MANY)}
    (few_cpu, _, _), (many_cpu, seconds, statements) = measured[FEW], measured[MANY]
    few, many = few_cpu / FEW, many_cpu / MANY
    return [
        Row(
            f"claim of {MANY:,} posts due at once / {FEW:,}, CPU for each post",
            f"{many / few:.2f}x ({many * 1000:.2f} ms / {few * 1000:.2f} ms; {seconds:.1f} s, {statements} statements)",
            f"at most {MAX_RATIO}x",
            many / few <= MAX_RATIO,
            {
                str(count): dict(zip(("cpu_seconds", "seconds", "statements"), each, strict=True))
                for count, each in measured.items()
            },
        )
    ]


def _claim(server: Server, count: int) -> tuple[float, float, int]:
    """Return the CPU seconds of the tick and of Postgres, the seconds, and the number of statements."""
    with server.fresh() as url, closing(CountingDatabase(lambda: url)) as db:
        make_posts(db, count, due=datetime.now(UTC) + timedelta(seconds=60))
        db.statements = 0
        sqs, begun = AcceptingSqs(), time.monotonic()
        cpu = time.process_time() + server.cpu_seconds()
        tick(
            db,
            Outbox(cast("Any", sqs), "queue", lead=LEAD),
            SystemClock(),
            horizon=HORIZON,
            policy=Policy("sandbox"),
            deadline=datetime.now(UTC) + DEADLINE,
        )
        cpu = time.process_time() + server.cpu_seconds() - cpu
        seconds = time.monotonic() - begun
    if len(sqs.publication_ids) != count:
        raise RuntimeError(f"Of {count} posts, {len(sqs.publication_ids)} were claimed: the figures are invalid.")
    return cpu, seconds, db.statements
