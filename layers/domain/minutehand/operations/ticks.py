"""What the last tick did: written by whoever runs one, read by whoever asks whether the minute hand moves."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal

from psycopg.types.json import Jsonb

from minutehand.queue.tick import TickReport
from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.schema import SCHEMA_REVISION

type Caller = Literal["rule", "hand"]


def caller_of(event: Mapping[str, Any]) -> Caller:
    """Return who asked for the tick of this event: the rule, or someone who invoked the function by hand."""
    return "rule" if event.get("source") == "aws.events" else "hand"


def record(db: Database, caller: Caller, report: TickReport, *, started_at: datetime, ended_at: datetime) -> None:
    """Keep what a tick did, in the place of the one before it."""
    kept = Jsonb(asdict(report))
    db.fetch(
        _queries["record_tick"],
        caller=caller,
        started_at=started_at,
        ended_at=ended_at,
        report=kept,
        schema_revision=SCHEMA_REVISION,
    )


def latest(db: Database) -> list[dict[str, Any]]:
    """Return the last tick of each caller, the newest first."""
    return db.fetch(_queries["latest_ticks"])


def last_scheduled_start(rows: list[dict[str, Any]]) -> datetime | None:
    """Return when the rule last ran a tick that came to its end; None when it never did."""
    return next((row["started_at"] for row in rows if row["caller"] == "rule"), None)


_queries = sql.load(__package__)
