"""A burst of posts that are due in the same second: how late is each, and when is the last one out?

As deployed: several publishers at once, each a process with a connection of its own, that takes batches of ten
messages. The platform call takes 20 ms and does nothing else.
"""

import multiprocessing
import time
from datetime import UTC, datetime, timedelta
from itertools import batched
from multiprocessing.queues import SimpleQueue
from typing import Any, cast
from uuid import UUID

from minutehand.platforms.port import Account, Attempt, Content, Published
from minutehand.publishing.publisher import Publisher
from minutehand.queue.outbox import Outbox
from minutehand.queue.tick import tick
from minutehand.runtime.clock import SystemClock
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.support.factories import make_posts

PLATFORM_CALL_SECONDS = 0.020
PUBLISHERS = 5
BATCH = 10
HORIZON = timedelta(seconds=120)

type Work = SimpleQueue[tuple[UUID, ...] | None]


class SlowPlatform:
    """Takes its time and accepts everything."""

    def validate(self, content: Content) -> list[str]:
        """Allow everything."""
        return []

    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published:
        """Arm, take the time of a call, and be done."""
        attempt.arm()
        time.sleep(PLATFORM_CALL_SECONDS)
        return Published(attempt.publication_id)

    resume = reconcile = publish


class CountingSqs:
    """Accepts every message and counts the calls."""

    def __init__(self) -> None:
        self.calls = 0
        self.ids: list[UUID] = []

    def send_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        """Keep the publications' ids."""
        import json

        self.calls += 1
        self.ids.extend(UUID(json.loads(entry["MessageBody"])["publicationId"]) for entry in Entries)
        return {"Successful": [{"Id": entry["Id"]} for entry in Entries]}


def measure(url: str, posts: int, *, publishers: int = PUBLISHERS) -> dict[str, float]:
    """Return seconds: drained, and lateness p50, p99 and max; and the SQS calls that the tick made."""
    db = Database(lambda: url)
    due = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=10)
    make_posts(db, posts, due=due)
    db.fetch(Query("analyze", "ANALYZE"))
    sqs = CountingSqs()
    now = datetime.now(UTC)
    tick(
        db,
        Outbox(cast("Any", sqs), "queue", lead=timedelta(seconds=1)),
        SystemClock(),
        horizon=HORIZON,
        unconnected="sandbox",
        deadline=now + timedelta(seconds=60),
    )
    ticked = (datetime.now(UTC) - now).total_seconds()
    context = multiprocessing.get_context("spawn")
    work: Work = context.SimpleQueue()
    processes = [context.Process(target=_publisher, args=(url, work), daemon=True) for _ in range(publishers)]
    for process in processes:
        process.start()
    SystemClock().sleep_until(due - timedelta(seconds=1.5))
    for ids in batched(sqs.ids, BATCH, strict=False):
        work.put(ids)
    for _ in processes:
        work.put(None)
    for process in processes:
        process.join()
    row = db.one(_RESULT)
    db.close()
    assert row is not None
    assert row["published"] == posts, row
    return {
        "tick": ticked,
        "sqs_calls": sqs.calls,
        "drained": float(row["drained"]),
        "p50": float(row["p50"]),
        "p99": float(row["p99"]),
        "max": float(row["max"]),
    }


def _publisher(url: str, work: Work) -> None:
    platform = SlowPlatform()
    publisher = Publisher(
        Database(lambda: url),
        SystemClock(),
        Outbox(cast("Any", CountingSqs()), "queue", lead=timedelta(seconds=1)),
        lambda work: platform,
        lambda ciphertext, connection_id, owner_id: {},
        horizon=HORIZON,
        concurrency=BATCH,
    )
    while (ids := work.get()) is not None:
        publisher.publish(ids, deadline=datetime.now(UTC) + timedelta(seconds=55))


_RESULT = Query(
    "result",
    """SELECT count(*) FILTER (WHERE state = 'published') AS published,
              extract(epoch FROM max(published_at - due_at)) AS drained,
              percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM started_at - due_at)) AS p50,
              percentile_cont(0.99) WITHIN GROUP (ORDER BY extract(epoch FROM started_at - due_at)) AS p99,
              extract(epoch FROM max(started_at - due_at)) AS max
       FROM publications""",
)
