"""Shows operators the state of the scheduler, and carries out their actions on it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NotRequired, TypedDict

import psycopg
from aws_lambda_powertools.logging import Logger

from minutehand.operations import statistics, ticks
from minutehand.operations.forms.scheduler_action import SchedulerAction
from minutehand.operations.rendering.ticks import LastTick, Tick
from minutehand.operations.rendering.ticks import tick as rendered
from minutehand.operations.rule import Schedule, TickRule
from minutehand.platforms.api_warning import ApiWarning
from minutehand.queue.policy import Policy
from minutehand.runtime import sql
from minutehand.runtime.clock import Clock
from minutehand.runtime.db import Database
from minutehand.runtime.errors import Conflict
from minutehand.runtime.response_types import Timestamp
from minutehand.runtime.timestamps import format_timestamp

if TYPE_CHECKING:
    from minutehand.queue.outbox import Outbox
    from minutehand.runtime.configs.queue import QueueConfig

MAX_TICK_DURATION = timedelta(seconds=15)
"""The maximum duration of a tick that an operator runs. The next tick continues the work."""

logger = Logger(child=True)


class Interval(TypedDict):
    """The interval between two ticks, as a number and as the schedule expression of the EventBridge rule."""

    minutes: int | None
    """The number of minutes, or null if the rule's expression is not a rate."""
    expression: str


class RuleState(TypedDict):
    """Whether the rule is enabled, and the interval between two ticks."""

    isRunning: bool
    interval: Interval


class SchedulerState(RuleState, statistics.PostStatistics):
    """The state of the rule, the last and the next tick, and the counts of posts."""

    lastTick: LastTick | None
    nextTick: Timestamp | None


class RuleChanged(RuleState):
    """The result of the actions `start`, `stop` and `interval`."""

    warnings: NotRequired[list[ApiWarning]]


class TickRun(TypedDict):
    """The result of the action `check`."""

    queued: int
    failed: int
    errors: list[str]
    """Sentences for people, one for each kind of failure."""
    tick: Tick


def state(db: Database, rule: TickRule) -> SchedulerState:
    """Return the state and the interval of the rule, the last tick, the rule's next tick, and the numbers of posts."""
    schedule, rows = rule.read(), ticks.latest(db)
    return {
        **describe(schedule),
        "lastTick": rendered(rows[0]) if rows else None,
        "nextTick": format_timestamp(_next_tick(schedule, ticks.last_scheduled_start(rows))),
        **statistics.post_statistics(db),
    }


def describe(schedule: Schedule) -> RuleState:
    """Return ``isRunning`` and ``interval``. ``interval.minutes`` is None if the rule's expression is not a rate."""
    minutes = None if schedule.interval is None else schedule.interval // timedelta(minutes=1)
    return {"isRunning": schedule.enabled, "interval": {"minutes": minutes, "expression": schedule.expression}}


def control(db: Database, rule: TickRule, action: SchedulerAction, config: "QueueConfig") -> RuleChanged:
    """Start or stop the rule, or set its interval. Return the new state, with any ``warnings``.

    Raises:
        InvalidInput: the action sets the interval, but has no minutes.
        Conflict: another operator is changing the rule.
        psycopg.OperationalError: the action sets the interval, and Postgres is unavailable.
    """
    warnings: list[ApiWarning] = []
    match action.action:
        case "start":
            _exclusively(db, rule.start, lock_required=False)
        case "stop":
            _exclusively(db, rule.stop, lock_required=False)
        case "interval":
            minutes = action.interval()
            _exclusively(db, lambda: rule.set_interval(minutes), lock_required=True)
            warnings = _warnings(minutes, config)
    found = describe(rule.read())
    changed: RuleChanged = {"isRunning": found["isRunning"], "interval": found["interval"]}
    if warnings:
        changed["warnings"] = warnings
    return changed


def check(db: Database, outbox: "Callable[[], Outbox]", clock: Clock, config: "QueueConfig") -> TickRun:
    """Run a tick now. Return the number of posts ``queued``, the number of messages that ``failed``, ``errors``,
    and the results of the ``tick``.

    If this tick runs out of time, the next tick continues the work.
    """
    from minutehand.queue.tick import tick  # imported late, because no other action needs the queue

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
        refused = (
            "1 message; a later tick sends it"
            if report.unsent == 1
            else f"{report.unsent} messages; a later tick sends them"
        )
        errors.append(f"SQS did not accept {refused}.")
    if not report.finished:
        errors.append("The tick ran out of time; the next tick continues the work.")
    return {
        "queued": report.claimed,
        "failed": report.unsent,
        "errors": errors,
        "tick": {
            "claimed": report.claimed,
            "sent": report.sent,
            "unsent": report.unsent,
            "recovered": report.recovered,
            "finished": report.finished,
        },
    }


def _exclusively(db: Database, change: Callable[[], None], *, lock_required: bool) -> None:
    """Change the rule under a lock in Postgres, so that two changes do not overlap.

    Setting the interval takes two calls: the first reads whether the rule is enabled, and the second writes this value
    back. The lock keeps the second call from undoing a stop that was confirmed between the two calls. A start or a stop
    is a single call, and may be urgent while Postgres is unavailable. Therefore, with ``lock_required=False``, the call
    is made without the lock if Postgres is unavailable. A change of the interval that is in progress may then undo this
    call.
    """
    done = False
    try:
        with db.transaction():
            db.fetch(_queries["limit_lock"])
            db.fetch(_queries["lock_rule"])
            change()
            done = True
    except psycopg.errors.LockNotAvailable:
        raise Conflict(
            "Another operator is changing the scheduler. Nothing has changed; try again in a few seconds.",
            code="scheduler_busy",
        ) from None
    except psycopg.OperationalError:
        if lock_required:
            raise
        logger.warning("Postgres is unavailable; the rule is changed without a lock", exc_info=True)
        if not done:
            change()


def _next_tick(schedule: Schedule, last: datetime | None) -> datetime | None:
    if not schedule.enabled or schedule.interval is None or last is None:
        return None
    return last + schedule.interval


def _warnings(minutes: int, config: "QueueConfig") -> list[ApiWarning]:
    if timedelta(minutes=minutes) <= config.horizon:
        return []
    sentence = (
        f"A tick looks only {config.horizon_seconds} seconds ahead, less than {minutes} minutes. Posts that a "
        "tick has to claim, and publications that need a new message, may be late by up to the difference."
    )
    return [{"field": "minutes", "code": "longer_than_horizon", "message": sentence}]


_queries = sql.load(__package__)
