"""Collects metrics in rounds: claims due readings, reads the metrics from the platforms, and saves them.

A round reads up to `MAX_CONNECTIONS` connections at the same time. The work for one connection is called a task. Each
statement of a round runs once for all of the round's connections. An owner is served again only after every other owner
with due readings has been served.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from minutehand.analytics import followers, publications
from minutehand.analytics.account_reading import SECONDS, AccountReading
from minutehand.analytics.budget import Budget
from minutehand.analytics.work import MAX_CONNECTIONS, Task
from minutehand.platforms.catalog import PLATFORMS
from minutehand.runtime.clock import Clock
from minutehand.runtime.db import Database
from minutehand.runtime.metrics import Metric, Metrics

ROUND = timedelta(seconds=SECONDS)
POST, ACCOUNT = 1, 2
"""The prices of reading a post and an account, in paid reads. X charges twice as much for an account as for a post."""


@dataclass(frozen=True, slots=True)
class CollectorReport:
    """The counts of one run: the publications that were read or are missing on their platforms, the accounts whose
    numbers of followers were read, and the tasks with an error.
    """

    read: int = 0
    missing: int = 0
    followers: int = 0
    failed: int = 0


class Collector:
    """Reads the metrics that are due."""

    def __init__(self, db: Database, reading: AccountReading, clock: Clock, *, paid_reads_per_month: int = 0) -> None:
        """Create a collector. ``paid_reads_per_month``: the budget of each owner on a platform that charges for reads.

        If the budget is 0, the collector reads no metrics from these platforms.
        """
        self._db = db
        self._reading = reading
        self._clock = clock
        self._budget = Budget(db, clock, paid_reads_per_month)
        self._platforms = [key for key, each in PLATFORMS.items() if paid_reads_per_month or not each.paid_reads]

    def run(self, metrics: Metrics, *, deadline: datetime) -> CollectorReport:
        """Read the due metrics. In the last `SECONDS` seconds before ``deadline``, start no further round. The next run
        reads the remaining metrics. Count the tasks of readable connections, and those with an error, in ``metrics``.
        """
        counts = Counter[str]()
        with ThreadPoolExecutor(MAX_CONNECTIONS, thread_name_prefix="metrics") as pool:
            for tasks in self._rounds(publications.claim, deadline):
                counts += self._read_publications(tasks, pool, metrics)
            for tasks in self._rounds(followers.claim, deadline):
                counts += self._read_followers(tasks, pool, metrics)
        return CollectorReport(**counts)

    def _rounds(self, claim: Callable[..., list[Task]], deadline: datetime) -> Iterator[list[Task]]:
        served: set[str] = set()
        while self._clock.now() + ROUND < deadline:
            tasks = claim(self._db, self._platforms, served, now=self._clock.now())
            if tasks:
                yield tasks
                served |= {task.connection.owner_id for task in tasks}
            elif served:
                served = set()
            else:
                return

    def _read_publications(self, tasks: Collection[Task], pool: ThreadPoolExecutor, metrics: Metrics) -> Counter[str]:
        now = self._clock.now()
        rows = [row for task in tasks for row in publications.drop_unmeasured(task, now)]
        readable = [task for task in tasks if task.publications and task.connection.is_readable(now)]
        allowed = self._budget.reserve(readable, lambda task: POST * len(task.publications))
        for task in pool.map(self._reading.publications, allowed):
            rows += publications.rows_of(task, self._clock.now())
        publications.save(self._db, rows, now=self._clock.now())
        publications.note_errors(self._db, readable, now=self._clock.now())
        outcomes = Counter(outcome for _, outcome, *_ in rows)
        read = {name: outcomes[name] for name in (publications.READ, publications.MISSING)}
        return Counter(read | {"failed": _count(readable, metrics)})

    def _read_followers(self, tasks: Collection[Task], pool: ThreadPoolExecutor, metrics: Metrics) -> Counter[str]:
        readable = [task for task in tasks if task.connection.is_readable(self._clock.now())]
        allowed = self._budget.reserve(readable, lambda _: ACCOUNT)
        read = [task for task in pool.map(self._reading.followers, allowed) if task.followers is not None]
        followers.save(self._db, readable, now=self._clock.now())
        return Counter({"followers": len(read), "failed": _count(readable, metrics)})


def _count(tasks: Collection[Task], metrics: Metrics) -> int:
    """Add the tasks to ``metrics``, and return the number of tasks with an error."""
    failed = [task for task in tasks if task.error is not None]
    for task in tasks:
        metrics.add(Metric.METRIC_READINGS, Platform=task.connection.platform)
    for task in failed:
        metrics.add(Metric.METRIC_READING_FAILURES, Platform=task.connection.platform)
    return len(failed)
