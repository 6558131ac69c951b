"""The statements and SQS calls of a tick's batch, by its number of posts."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any, cast

from minutehand.queue.claim import TICK_BATCH, claim_due
from minutehand.queue.messages import MAX_SQS_BATCH
from minutehand.queue.outbox import Outbox
from minutehand.queue.policy import Policy
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.bench.accepting_sqs import AcceptingSqs
from tests.bench.row import Row
from tests.bench.server import Server
from tests.support.factories import make_posts

SIZES = (1, 50, TICK_BATCH)
SQS_CALL_SECONDS = 0.005


class CountingDatabase(Database):
    """A database that counts statements, including BEGIN and COMMIT."""

    statements = 0

    def fetch(self, query: Query, **parameters: Any) -> list[dict[str, Any]]:
        """Count and run the statement."""
        self.statements += 1
        return super().fetch(query, **parameters)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Count BEGIN and COMMIT."""
        self.statements += 2
        with super().transaction():
            yield


def rows(server: Server) -> list[Row]:
    """Count for batches of one post, of some posts, and for full batches."""
    statements: dict[int, int] = {}
    calls: dict[int, int] = {}
    at_once: dict[int, int] = {}
    for posts in SIZES:
        with server.fresh() as url:
            statements[posts], sqs = _batch(url, posts)
        calls[posts], at_once[posts] = sqs.calls, sqs.most_at_once
    sizes = ", ".join(str(size) for size in SIZES)
    wanted = {size: ceil(size / MAX_SQS_BATCH) for size in SIZES}
    return [
        Row(
            f"statements for a batch of {sizes} posts",
            ", ".join(str(number) for number in statements.values()),
            "constant",
            len(set(statements.values())) == 1,
            {"statements": statements},
        ),
        Row(
            f"SQS calls for {sizes} posts",
            f"{', '.join(str(number) for number in calls.values())}; {at_once[TICK_BATCH]} at once",
            f"{', '.join(str(number) for number in wanted.values())}; parallel",
            calls == wanted and at_once[TICK_BATCH] > 1,
            {"calls": calls, "at_once": at_once},
        ),
    ]


def _batch(url: str, posts: int) -> tuple[int, AcceptingSqs]:
    db = CountingDatabase(lambda: url)
    sqs = AcceptingSqs(call_seconds=SQS_CALL_SECONDS)
    now = datetime.now(UTC)
    until = now + timedelta(seconds=120)
    make_posts(db, posts, due=now + timedelta(seconds=60))
    db.statements = 0
    outbox = Outbox(cast("Any", sqs), "queue", lead=timedelta(seconds=1))
    sent: list[int] = []
    with db.after_commit(lambda publications: sent.append(len(outbox.dispatch(db, publications, now)))):
        batch = claim_due(db, now=now, until=until, policy=Policy("sandbox"))
    db.close()
    claimed = batch.size
    if (claimed, sum(sent)) != (posts, posts):
        raise RuntimeError(
            f"Of {posts} posts, {claimed} were claimed and {sum(sent)} were sent: the figures are invalid."
        )
    return db.statements, sqs
