"""Publishers as deployed: several processes, each with one connection, which take batches of ten messages."""

import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
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

    def __init__(self, work: Work, done: Done, count: int, lead: timedelta) -> None:
        self._lead = lead
        self._work = work
        self._done = done
        self._count = count

    def publish(self, ids: Sequence[UUID], *, due: datetime) -> list[Report]:
        """Deliver ``ids`` as SQS would, visible from the lead before ``due``; return when all are published."""
        SystemClock().sleep_until(due - self._lead)
        for batch in (*batched(ids, BATCH, strict=False), *[REPORT] * self._count):
            self._work.put(batch)
        return [report for report in (self._done.get() for _ in range(self._count)) if report is not None]


@contextmanager
def publishers(
    url: str, count: int = PUBLISHERS, *, connect: "Connect | None" = None, lead: timedelta = LEAD
) -> Iterator[Publishers]:
    """Start ``count`` publishers on the database ``url`` and yield them when all are connected.

    ``connect``: a function of a module, which each process calls to get its publisher. The default is Minutehand's.
    ``lead``: how early before its time a message becomes visible.
    """
    context = multiprocessing.get_context("spawn")
    work: Work = context.SimpleQueue()
    done: Done = context.SimpleQueue()
    reporting = context.Barrier(count)
    arguments = (connect or connect_publisher, url, work, done, reporting)
    processes = [context.Process(target=_publisher, args=arguments, daemon=True) for _ in range(count)]
    for process in processes:
        process.start()
    for _ in processes:
        done.get()
    try:
        yield Publishers(work, done, count, lead)
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
        self.call(PLATFORM_CALL_SECONDS)
        return Published(attempt.publication_id)

    reconcile = publish

    def call(self, seconds: float) -> None:
        """Make a call that takes this time."""
        began = datetime.now(UTC)
        time.sleep(seconds)
        with self._turn:
            self._calls.append((began, datetime.now(UTC)))

    def take_calls(self) -> list[Call]:
        """Return the calls since the previous invocation of this method."""
        with self._turn:
            calls, self._calls = self._calls, []
        return calls


type Publish = Callable[[Sequence[UUID]], object]
"""Publishes a batch of publications."""
type Connect = Callable[[str, SlowPlatform], Publish]
"""Connects a publisher to the database of a URL and to a platform."""


def connect_publisher(url: str, platform: SlowPlatform) -> Publish:
    """Return Minutehand's publisher."""
    db = Database(lambda: url)
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
    return lambda ids: publisher.publish(ids, deadline=datetime.now(UTC) + timedelta(seconds=55))


def _publisher(connect: Connect, url: str, work: Work, done: Done, reporting: Barrier) -> None:
    platform = SlowPlatform()
    publish = connect(url, platform)
    done.put(None)
    report = Report([], datetime.now(UTC), 0)
    while (ids := work.get()) is not None:
        if ids == REPORT:
            done.put(report)
            report = Report([], datetime.now(UTC), 0)
            reporting.wait()  # so that each publisher takes one request for a report
            continue
        cpu = time.process_time()
        publish(ids)
        report.calls += platform.take_calls()
        report.recorded = datetime.now(UTC)
        report.cpu_seconds += time.process_time() - cpu
