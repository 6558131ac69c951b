"""Measure the lateness of posts due in the same second, and of a post that is due alone."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median, quantiles
from typing import Any, cast
from uuid import UUID

from minutehand.queue.outbox import Outbox
from minutehand.queue.policy import Policy
from minutehand.queue.tick import tick
from minutehand.runtime.clock import SystemClock
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.bench.accepting_sqs import AcceptingSqs
from tests.bench.publishers import HORIZON, LEAD, Batch, Publishers, publishers
from tests.bench.row import Row
from tests.bench.server import Server
from tests.support.factories import make_posts

POSTS = 5_000
LONE_POSTS = 5
AHEAD = {1: timedelta(seconds=3), POSTS: timedelta(seconds=7)}
"""How far ahead the posts of a burst are due, so that the tick ends before."""
BULL_SECONDS = {"drained": 2.4, "p50": 1.2, "p99": 2.4}
"""Bull 4.16 on Redis, 5,000 jobs of 20 ms at concurrency 50. These figures were given, not measured here."""
LONE_LATENESS_SECONDS = 0.020


@dataclass(frozen=True, slots=True)
class Lateness:
    """Seconds after the due second: until the last publication was recorded, and until each publish call began."""

    drained: float
    p50: float
    p99: float

    @classmethod
    def of(cls, due: datetime, began: list[datetime], ended: datetime) -> "Lateness":
        """Compute it from the moments when each publish call began and the last one ended."""
        late = sorted((moment - due).total_seconds() for moment in began)
        p99 = quantiles(late, n=100)[98] if len(late) > 1 else late[0]
        return cls((ended - due).total_seconds(), median(late), p99)

    def __str__(self) -> str:
        return f"drained {self.drained:.2f} s, late p50 {self.p50:.2f} s, p99 {self.p99:.2f} s"


def rows(server: Server) -> list[Row]:
    """Measure a burst, and posts that are due alone."""
    with server.fresh() as url, publishers(url) as running:
        db = Database(lambda: url)
        alone = [_publish(db, running, 1)[1].p50 for _ in range(LONE_POSTS)]
        prepared, lateness, cpu = _publish(db, running, POSTS)
        db.close()
    bull = Lateness(**BULL_SECONDS)
    return [
        Row(
            f"burst of {POSTS:,} posts in one second",
            str(lateness),
            f"Bull's, as given: {bull}",
            lateness.drained <= bull.drained and lateness.p50 <= bull.p50 and lateness.p99 <= bull.p99,
            {"drained": lateness.drained, "p50": lateness.p50, "p99": lateness.p99, "publishers_cpu_seconds": cpu},
        ),
        Row(
            f"burst: creating and claiming {POSTS:,}",
            f"{prepared:.2f} s",
            "",
            None,
            {"seconds": prepared},
        ),
        Row(
            "one post alone in its second",
            f"late {median(alone) * 1000:.1f} ms (median of {len(alone)}, worst {max(alone) * 1000:.1f})",
            f"under {LONE_LATENESS_SECONDS * 1000:.0f} ms",
            median(alone) < LONE_LATENESS_SECONDS,
            {"seconds": alone},
        ),
    ]


def _publish(db: Database, running: Publishers, posts: int) -> tuple[float, Lateness, float]:
    """Publish ``posts`` posts due in one second; return the seconds of preparation, the lateness and the CPU time."""
    begun = time.monotonic()
    due = datetime.now(UTC).replace(microsecond=0) + AHEAD[posts]
    make_posts(db, posts, due=due)
    ids = _claim(db)
    prepared = time.monotonic() - begun
    batches = running.publish(ids, due=due)
    _all_published(db, due, posts)
    return prepared, _lateness(due, batches), sum(batch.cpu_seconds for batch in batches)


def _claim(db: Database) -> list[UUID]:
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


def _lateness(due: datetime, batches: list[Batch]) -> Lateness:
    began = [moment for batch in batches for moment in batch.calls]
    return Lateness.of(due, began, max(batch.recorded for batch in batches))


def _all_published(db: Database, due: datetime, posts: int) -> None:
    row = db.one(_PUBLISHED, due=due)
    if row is None or row["published"] != posts:
        raise RuntimeError(f"Of {posts} posts, {row and row['published']} were published: the figures are invalid.")


_PUBLISHED = Query(
    "published",
    "SELECT count(*) AS published FROM social_posts WHERE scheduled_at = %(due)s AND status = 'published'",
)
