"""Measure a burst through the deployed local stack: the rule, the tick, the queue, the mapping and the publisher.

The emulator runs every function, the queue and the simulated platforms on this machine. An execution environment is a
process, which starts as slowly as on AWS but takes the processor time of the others. The mapping therefore runs as
many publishers as the other bursts have, and not `PublisherConcurrency`.
"""

import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.bench.burst import OWNERS
from tests.bench.drain import Call, Drain, Rounds
from tests.bench.publishers import BATCH, PUBLISHERS
from tests.bench.row import Row
from tests.support.factories import make_posts
from tests.support.stack import DeployedStack, deployed

POSTS = 500
FIRST_POSTS = PUBLISHERS * BATCH
"""The posts of the first burst, which starts the execution environments."""
AHEAD = timedelta(seconds=75)
"""The time from the start until the first burst is due. A rule runs each minute, so a tick claims the burst in time."""
BETWEEN = timedelta(seconds=60)
MAX_WAIT = timedelta(minutes=3)

_CALLS = Query(
    "calls",
    "SELECT started_at, published_at FROM publications WHERE due_at = %(due)s AND state = 'published'",
)


def rows() -> list[Row]:
    """Publish two bursts: one without running publishers, and one with them."""
    with tempfile.TemporaryDirectory(prefix="minutehand-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # when root runs this, Postgres runs as another user
        with deployed(Path(folder)) as stack:
            limit_publishers(stack)
            first = datetime.now(UTC).replace(microsecond=0) + AHEAD
            bursts = {"cold": (first, FIRST_POSTS), "warm": (first + BETWEEN, POSTS)}
            for due, posts in bursts.values():
                for number in range(OWNERS):
                    make_posts(stack.db, posts // OWNERS, due=due, owner_id=f"owner-{number}")
            drains = {kind: _drain(stack.db, due, posts) for kind, (due, posts) in bursts.items()}
    return [
        Row(
            f"deployed local stack: burst of {posts} posts, {PUBLISHERS} {kind} publishers",
            f"drained {drain.drained:.2f} s, late p50 {drain.p50:.2f} s, p99 {drain.p99:.2f} s; "
            f"publications in flight: mean {drain.mean_calls:.0f}, most {drain.most_calls}",
            "",
            None,
            Rounds([drain]).numbers(),
        )
        for kind, (_, posts) in bursts.items()
        for drain in [drains[kind]]
    ]


def limit_publishers(stack: DeployedStack) -> None:
    """Let the mapping run as many publishers as the other bursts have."""
    functions = stack.aws("lambda")
    mappings = functions.list_event_source_mappings(FunctionName=stack.deployment.functions["Publisher"])
    for mapping in mappings["EventSourceMappings"]:
        functions.update_event_source_mapping(UUID=mapping["UUID"], ScalingConfig={"MaximumConcurrency": PUBLISHERS})


def _drain(db: Database, due: datetime, posts: int) -> Drain:
    """Wait until all posts are published. A call is in flight from its start until its outcome is recorded."""
    while True:
        calls: list[Call] = [(row["started_at"], row["published_at"]) for row in db.fetch(_CALLS, due=due)]
        if len(calls) == posts:
            return Drain.of(due, calls, recorded=max(ended for _, ended in calls), cpu_seconds=0.0)
        if datetime.now(UTC) > due + MAX_WAIT:
            raise RuntimeError(f"Of {posts} posts, {len(calls)} were published: the figures are invalid.")
        time.sleep(1)
