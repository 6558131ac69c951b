"""The readings of due publications: claims and results."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from psycopg.types.json import Jsonb

from minutehand.analytics import problems
from minutehand.analytics.moments import due_at, latest_moment, next_moment
from minutehand.analytics.work import CLAIM, MAX_WAIT, Connection, DuePublication, Task, wait_after
from minutehand.platforms.catalog import PLATFORMS
from minutehand.platforms.error_table import REFUSED
from minutehand.platforms.errors import PermissionMissing, RateLimited
from minutehand.platforms.metrics import Metrics, reader_for
from minutehand.runtime import sql
from minutehand.runtime.db import Database

GIVE_UP_AFTER = timedelta(days=30)
"""The maximum delay of a reading. A publication that has been due for longer, for example because the operator had
disabled paid reads, is not claimed.
"""
CONFIRM_AFTER = timedelta(minutes=15)
"""The wait before a missing post is read again. If it is still missing, it is marked as deleted."""
READ, MISSING, UNMEASURED = "read", "missing", "unmeasured"

type Row = tuple[DuePublication, str, int | None, Metrics, int | None, datetime | None]
"""A publication, the outcome of its reading, the moment and the metrics of the snapshot, the next moment, and its time.
"""


def claim(db: Database, platforms: Sequence[str], served: Collection[str], *, now: datetime) -> list[Task]:
    """Claim due publications of owners that are not in ``served``, and return a task for each connection."""
    rows = db.fetch(
        _queries["claim_publications"],
        platforms=list(platforms),
        batches=[PLATFORMS[platform].metrics_batch for platform in platforms],
        served=list(served),
        oldest=now - GIVE_UP_AFTER,
        now=now,
        **CLAIM,
    )
    tasks = []
    for _, of_connection in groupby(rows, key=lambda row: row["connection_id"]):
        claimed = list(of_connection)
        publications = [DuePublication.of(row) for row in claimed]
        tasks.append(Task(Connection.of(claimed[0]), publications, tries=max(each.tries for each in publications)))
    return tasks


def drop_unmeasured(task: Task, now: datetime) -> list[Row]:
    """Remove from ``task`` the publications that are never read again, and return their rows.

    These are later parts on a platform that provides no metrics of later parts, stories that the platform no longer
    shows, and all publications of an account that is no longer connected.
    """
    platform, gone = task.connection.platform, task.connection.account_id is None

    def is_measured(publication: DuePublication) -> bool:
        lifetime = _lifetime(platform, publication)
        expired = lifetime is not None and now - publication.published_at >= lifetime
        return not gone and not expired and (publication.part == 1 or PLATFORMS[platform].comments_have_metrics)

    dropped = [each for each in task.publications if not is_measured(each)]
    task.publications = [each for each in task.publications if each not in dropped]
    return [(publication, UNMEASURED, None, {}, None, None) for publication in dropped]


def rows_of(task: Task, now: datetime) -> list[Row]:
    """Return the rows of the publications for which the platform returned a result."""
    rows: list[Row] = []
    for publication in task.publications:
        if publication.id not in task.found:
            continue
        metrics, published_at = task.found[publication.id], publication.published_at
        lifetime = _lifetime(task.connection.platform, publication)
        moment, following = latest_moment(published_at, now, lifetime), next_moment(published_at, now, lifetime)
        due = None if following is None else due_at(published_at, following, lifetime)
        if metrics is not None:
            rows.append((publication, READ, moment, metrics, following, due))
        elif publication.missing_at is None:
            rows.append((publication, MISSING, None, {}, moment, now + CONFIRM_AFTER))
        else:
            rows.append((publication, MISSING, None, {}, following, due))
    return rows


def save(db: Database, rows: Sequence[Row], *, now: datetime) -> None:
    """Save the outcomes, the snapshots and the next moments in ``rows``, in one statement."""
    if not rows:
        return
    db.fetch(
        _queries["save"],
        ids=[row[0].id for row in rows],
        outcomes=[row[1] for row in rows],
        moments=[row[2] for row in rows],
        metrics=[Jsonb(_stored(row[3])) for row in rows],
        next_moments=[row[4] for row in rows],
        due_at=[row[5] for row in rows],
        now=now,
    )


def note_errors(db: Database, tasks: Sequence[Task], *, now: datetime) -> None:
    """Record the problems of ``tasks``, and postpone the readings of the connections that cannot be read now."""
    problems.note(db, tasks, "publications", now=now)
    until = {task.connection.id: moment for task in tasks if (moment := _retry_at(task, now)) is not None}
    if until:
        db.fetch(_queries["postpone"], connection_ids=list(until), until=list(until.values()))


def _retry_at(task: Task, now: datetime) -> datetime | None:
    """Return the time until which all readings of the connection are postponed, or None if they are not postponed.

    A refusal concerns only the claimed publications. Their claim has already postponed them.
    """
    if isinstance(task.error, RateLimited):
        return task.error.until
    if task.error is None or task.found or task.error.code == REFUSED.code:
        return None
    return now + (MAX_WAIT if isinstance(task.error, PermissionMissing) else wait_after(task.tries))


def _lifetime(platform: str, publication: DuePublication) -> timedelta | None:
    return reader_for(platform).lifetime(publication.options)


def _stored(metrics: Metrics) -> Mapping[str, Any]:
    return {name: {"value": each.value, "unit": each.unit, "name": each.name} for name, each in metrics.items()}


_queries = sql.load(__package__)
