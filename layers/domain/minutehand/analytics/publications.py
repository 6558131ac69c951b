"""The readings of due publications: claims and results."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from psycopg.types.json import Jsonb

from minutehand.analytics import problems
from minutehand.analytics.moments import due_at, latest_moment, next_moment
from minutehand.analytics.work import CLAIM, MAX_WAIT, Connection, DuePublication, Turn, wait_after
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


def claim(db: Database, platforms: Sequence[str], served: Collection[str], *, now: datetime) -> list[Turn]:
    """Claim due publications of owners that are not in ``served``, and return a turn for each connection."""
    rows = db.fetch(
        _queries["claim_publications"],
        platforms=list(platforms),
        batches=[PLATFORMS[platform].metrics_batch for platform in platforms],
        served=list(served),
        oldest=now - GIVE_UP_AFTER,
        now=now,
        **CLAIM,
    )
    turns = []
    for _, of_connection in groupby(rows, key=lambda row: row["connection_id"]):
        claimed = list(of_connection)
        publications = [DuePublication.of(row) for row in claimed]
        turns.append(Turn(Connection.of(claimed[0]), publications, tries=max(each.tries for each in publications)))
    return turns


def drop_unmeasured(turn: Turn, now: datetime) -> list[Row]:
    """Remove from ``turn`` the publications that are never read again, and return their rows.

    These are later parts on a platform that provides no metrics of later parts, stories that the platform no longer
    shows, and all publications of an account that is no longer connected.
    """
    platform, gone = turn.connection.platform, turn.connection.account_id is None

    def is_measured(publication: DuePublication) -> bool:
        lifetime = _lifetime(platform, publication)
        expired = lifetime is not None and now - publication.published_at >= lifetime
        return not gone and not expired and (publication.part == 1 or PLATFORMS[platform].comments_have_metrics)

    dropped = [each for each in turn.publications if not is_measured(each)]
    turn.publications = [each for each in turn.publications if each not in dropped]
    return [(publication, UNMEASURED, None, {}, None, None) for publication in dropped]


def rows_of(turn: Turn, now: datetime) -> list[Row]:
    """Return the rows of the publications for which the platform returned a result."""
    rows: list[Row] = []
    for publication in turn.publications:
        if publication.id not in turn.found:
            continue
        metrics, published_at = turn.found[publication.id], publication.published_at
        lifetime = _lifetime(turn.connection.platform, publication)
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


def note_errors(db: Database, turns: Sequence[Turn], *, now: datetime) -> None:
    """Record the problems of ``turns``, and postpone the readings of the connections that cannot be read now."""
    problems.note(db, turns, "publications", now=now)
    until = {turn.connection.id: moment for turn in turns if (moment := _retry_at(turn, now)) is not None}
    if until:
        db.fetch(_queries["postpone"], connection_ids=list(until), until=list(until.values()))


def _retry_at(turn: Turn, now: datetime) -> datetime | None:
    """Return the time until which all readings of the connection are postponed, or None if they are not postponed.

    A refusal concerns only the claimed publications. Their claim has already postponed them.
    """
    if isinstance(turn.error, RateLimited):
        return turn.error.until
    if turn.error is None or turn.found or turn.error.code == REFUSED.code:
        return None
    return now + (MAX_WAIT if isinstance(turn.error, PermissionMissing) else wait_after(turn.tries))


def _lifetime(platform: str, publication: DuePublication) -> timedelta | None:
    return reader_for(platform).lifetime(publication.options)


def _stored(metrics: Metrics) -> Mapping[str, Any]:
    return {name: {"value": each.value, "unit": each.unit, "name": each.name} for name, each in metrics.items()}


_queries = sql.load(__package__)
