"""Records the last tick that the rule started and the last manual tick, with their reports and times."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from psycopg.types.json import Jsonb

from minutehand.migrations.revisions import newest_revision
from minutehand.runtime import sql
from minutehand.runtime.db import Database

if TYPE_CHECKING:
    from minutehand.queue.tick import TickReport

type Caller = Literal["rule", "hand"]


def caller_of(event: Mapping[str, Any]) -> Caller:
    """Return the caller that sent this event to the scheduler: the rule, or a person who invoked the function."""
    return "rule" if event.get("source") == "aws.events" else "hand"


def record(db: Database, caller: Caller, report: "TickReport", *, started_at: datetime, ended_at: datetime) -> None:
    """Record a tick that has ended, unless a later tick of the same caller is already recorded."""
    db.fetch(
        _queries["record_tick"],
        caller=caller,
        started_at=started_at,
        ended_at=ended_at,
        # The revision is part of the report, because every release of the scheduler replaces the whole report. After a
        # rollback, the report therefore no longer contains the newer revision.
        report=Jsonb(asdict(report) | {"schema_revision": newest_revision()}),
    )


def latest(db: Database) -> list[dict[str, Any]]:
    """Return the last tick of each caller, the newest first."""
    return db.fetch(_queries["latest_ticks"])


def last_scheduled_start(rows: list[dict[str, Any]]) -> datetime | None:
    """Return the start time of the rule's last tick from ``rows``, the result of `latest`, or None if there is none."""
    return next((row["started_at"] for row in rows if row["caller"] == "rule"), None)


_queries = sql.load(__package__)
