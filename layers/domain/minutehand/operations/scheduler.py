"""The scheduler, as operators look at it and control it."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import psycopg
from aws_lambda_powertools.logging import Logger

from minutehand.operations import rendering, statistics, ticks
from minutehand.operations.forms import SchedulerAction
from minutehand.operations.rule import Schedule, TickRule
from minutehand.queue.outbox import Outbox
from minutehand.queue.policy import Policy
from minutehand.queue.tick import tick
from minutehand.runtime import sql
from minutehand.runtime.clock import Clock
from minutehand.runtime.config import QueueConfig
from minutehand.runtime.db import Database
from minutehand.runtime.errors import Conflict
from minutehand.runtime.timestamps import format_timestamp

MAX_TICK_DURATION = timedelta(seconds=15)
"""For how long a tick that a person asked for goes on; the next one does the rest."""

logger = Logger(child=True)


def state(db: Database, rule: TickRule) -> dict[str, Any]:
    """Return whether the rule is enabled, its interval, the last and the next tick, and counts of posts by status."""
    schedule, rows = rule.read(), ticks.latest(db)
    seen = {
        "lastTick": rendering.tick(rows[0]) if rows else None,
        "nextTick": format_timestamp(_next(schedule, ticks.last_scheduled_start(rows))),
    }
    return described(schedule) | seen | statistics.posts(db)


def described(schedule: Schedule) -> dict[str, Any]:
    """Return ``isRunning`` and ``interval``; its minutes are None where the rule's expression is no rate."""
    minutes = schedule.interval and schedule.interval // timedelta(minutes=1)
    return {"isRunning": schedule.enabled, "interval": {"minutes": minutes, "expression": schedule.expression}}


def control(db: Database, rule: TickRule, asked: SchedulerAction, config: QueueConfig) -> dict[str, Any]:
    """Start or stop the rule, or set its interval, and return what it says then, with ``warnings`` where fit.

    Raises:
        InvalidInput: no interval is given where one is to be set.
        Conflict: somebody else has been changing the rule for long.
        psycopg.OperationalError: Postgres is away, and an interval is to be set.
    """
    said: dict[str, Any] = {}
    match asked.action:
        case "start":
            _alone(db, rule.start, even_without=True)
        case "stop":
            _alone(db, rule.stop, even_without=True)
        case "interval":
            minutes = asked.interval()
            _alone(db, lambda: rule.tick_every(minutes), even_without=False)
            said = {"warnings": found} if (found := _warnings(minutes, config)) else {}
    return described(rule.read()) | said


def check(db: Database, outbox: Callable[[], Outbox], clock: Clock, config: QueueConfig) -> dict[str, Any]:
    """Run a tick now, and return how many posts were ``queued``, how many messages ``failed`` to be sent, ``errors``.

    What could not be sent, or not be looked at in time, is left to the next tick.
    """
    started_at = clock.now()
    report = tick(
        db,
        outbox(),
        clock,
        horizon=config.horizon,
        policy=Policy.of(config),
        deadline=started_at + MAX_TICK_DURATION,
    )
    ticks.record(db, "hand", report, started_at=started_at, ended_at=clock.now())
    errors = []
    if report.unsent:
        errors.append(f"SQS did not take {report.unsent} messages; the next tick sends them.")
    if not report.finished:
        errors.append("There was more to do than there was time; the next tick goes on.")
    return {"queued": report.claimed, "failed": report.unsent, "errors": errors, "tick": asdict(report)}


def _alone(db: Database, change: Callable[[], None], *, even_without: bool) -> None:
    """Do ``change`` to the rule while nobody else changes it: one after the other, by a lock in Postgres.

    An interval is set in two calls, one that reads whether the rule is enabled and one that writes it: a stop in
    between would be undone though it was confirmed. Starting and stopping are one call each, and may be needed most
    when Postgres is away: ``even_without`` does them without the lock then, which can cross nothing but an interval
    whose lock went with the outage.
    """
    done = False
    try:
        with db.transaction():
            db.fetch(_queries["wait_for_rule"])
            db.fetch(_queries["lock_rule"])
            change()
            done = True
    except psycopg.errors.LockNotAvailable:
        raise Conflict(
            "Somebody else is changing the scheduler at this moment. Nothing was done: try again in a few seconds.",
            code="scheduler_busy",
        ) from None
    except psycopg.OperationalError:
        if not even_without:
            raise
        logger.warning("Postgres is away: the scheduler's rule is changed without a lock", exc_info=True)
        if not done:
            change()


def _next(schedule: Schedule, last: datetime | None) -> datetime | None:
    if not schedule.enabled or schedule.interval is None or last is None:
        return None
    return last + schedule.interval


def _warnings(minutes: int, config: QueueConfig) -> list[dict[str, str]]:
    if timedelta(minutes=minutes) <= config.horizon:
        return []
    sentence = (
        f"A tick looks {config.horizon_seconds} s ahead, which is less than {minutes} minutes: posts that nobody "
        "schedules explicitly may go out late by the difference, and so may what has to be sent again."
    )
    return [{"field": "minutes", "code": "longer_than_horizon", "message": sentence}]


_queries = sql.load(__package__)
