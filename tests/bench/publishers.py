"""Publishers as deployed: several processes, each with one connection, which take batches of ten messages."""

import multiprocessing
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import batched
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier
from threading import Lock
from typing import Any, cast
from uuid import UUID

from minutehand.platforms.port import Account, Adapter, Attempt, Content, Published
from minutehand.publishing.publisher import Publisher
from minutehand.queue.outbox import Outbox
from minutehand.runtime.clock import SystemClock
from minutehand.runtime.db import Database
from minutehand.runtime.sql import Query
from tests.bench.accepting_sqs import AcceptingSqs
from tests.bench.drain import Call

PLATFORM_CALL_SECONDS = 0.020
PUBLISHERS = 5
BATCH = 10
LEAD = timedelta(seconds=1)
HORIZON = timedelta(seconds=120)


@dataclass(slots=True)
class Report:
    """A publisher's report of its batches: their publish calls, when the last was recorded, and the CPU time."""

    calls: list[Call]
    recorded: datetime
    cpu_seconds: float


REPORT = ()
"""Asks a publisher for its report. A report of each batch would take a tenth of the publisher's time."""

type Work = SimpleQueue[tuple[UUID, ...] | None]
type Done = SimpleQueue[Report | None]


class Publishers:
    """Publishers that run and are connected."""

    def __init__(self, work: Work, done: Done, count: int) -> None:
        self._work = work
        self._done = done
        self._count = count

    def publish(self, ids: Sequence[UUID], *, due: datetime) -> list[Report]:
        """Deliver ``ids`` as SQS would, visible from a second before ``due``; return when all are published."""
        SystemClock().sleep_until(due - LEAD)
        for batch in (*batched(ids, BATCH, strict=False), *[REPORT] * self._count):
            self._work.put(batch)
        return [report for report in (self._done.get() for _ in range(self._count)) if report is not None]


@contextmanager
def publishers(url: str, count: int = PUBLISHERS) -> Iterator[Publishers]:
    """Start ``count`` publishers on the database ``url`` and yield them when all are connected."""
    context = multiprocessing.get_context("spawn")
    work: Work = context.SimpleQueue()
    done: Done = context.SimpleQueue()
    reporting = context.Barrier(count)
    arguments = (url, work, done, reporting)
    processes = [context.Process(target=_publisher, args=arguments, daemon=True) for _ in range(count)]
    for process in processes:
        process.start()
    for _ in processes:
        done.get()
    try:
        yield Publishers(work, done, count)
    finally:
        for _ in processes:
            work.put(None)
        for process in processes:
            process.join()


class SlowPlatform(Adapter):
    """A platform that is slow and accepts everything."""

    def __init__(self) -> None:
        self._calls: list[Call] = []
        self._turn = Lock()

    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published:
        """Arm, wait as long as a call takes, and succeed."""
        attempt.arm()
        began = datetime.now(UTC)
        time.sleep(PLATFORM_CALL_SECONDS)
        with self._turn:
            self._calls.append((began, datetime.now(UTC)))
        return Published(attempt.publication_id)

    reconcile = publish

    def take_calls(self) -> list[Call]:
        """Return the calls since the previous invocation of this method."""
        with self._turn:
            calls, self._calls = self._calls, []
        return calls


def _publisher(url: str, work: Work, done: Done, reporting: Barrier) -> None:
    db = Database(lambda: url)
    platform = SlowPlatform()
    publisher = Publisher(
        db,
        SystemClock(),
        Outbox(cast("Any", AcceptingSqs()), "queue", lead=LEAD),
        lambda work: platform,
        lambda ciphertext, connection_id, owner_id: {},
        horizon=HORIZON,
        concurrency=BATCH,
    )
    db.fetch(Query("connect", "SELECT 1"))
    done.put(None)
    report = Report([], datetime.now(UTC), 0)
    while (ids := work.get()) is not None:
        if ids == REPORT:
            done.put(report)
            report = Report([], datetime.now(UTC), 0)
            reporting.wait()  # so that each publisher takes one request for a report
            continue
        cpu = time.process_time()
        publisher.publish(ids, deadline=datetime.now(UTC) + timedelta(seconds=55))
        report.calls += platform.take_calls()
        report.recorded = datetime.now(UTC)
        report.cpu_seconds += time.process_time() - cpu
