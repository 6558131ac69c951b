"""Runs a tick each minute, invoked by EventBridge."""

from dataclasses import asdict
from datetime import timedelta
from functools import cache
from typing import Any

from aws_lambda_powertools.logging import Logger, correlation_paths

from minutehand.operations import ticks
from minutehand.queue.metrics import add_tick_metrics, count_overdue
from minutehand.queue.outbox import Outbox
from minutehand.queue.policy import Policy
from minutehand.queue.tick import tick
from minutehand.runtime import aws
from minutehand.runtime.clock import SystemClock
from minutehand.runtime.config import QueueConfig
from minutehand.runtime.database_url import database
from minutehand.runtime.db import Database
from minutehand.runtime.metrics import Metrics

SPARE = timedelta(seconds=5)
"""Time left to finish the current batch before Lambda ends the invocation."""

logger = Logger()
clock = SystemClock()
metrics = Metrics()


@cache
def parts() -> tuple[QueueConfig, Database, Outbox]:
    """Return the configuration, the database and the outbox, shared by all invocations of this process."""
    config = QueueConfig.from_environ()
    outbox = Outbox(aws.client("sqs"), config.publish_queue_url, lead=config.send_lead)
    return config, database(config), outbox


@logger.inject_lambda_context(correlation_id_path=correlation_paths.EVENT_BRIDGE)
@metrics.each_invocation
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Run a tick, and return its report."""
    config, db, outbox = parts()
    logger.append_keys(tick=event.get("id") or context.aws_request_id)
    began = clock.now()
    remaining = timedelta(milliseconds=context.get_remaining_time_in_millis())
    report = tick(
        db,
        outbox,
        clock,
        horizon=config.horizon,
        policy=Policy.of(config),
        deadline=began + remaining - SPARE,
    )
    ticks.record(db, ticks.caller_of(event), report, started_at=began, ended_at=clock.now())
    overdue, took = count_overdue(db, now=clock.now()), clock.now() - began
    add_tick_metrics(metrics, report, overdue, took=took)
    fields = {
        "overdue": overdue.count,
        "overdue_seconds": overdue.age.total_seconds(),
        "took_ms": took.total_seconds() * 1000,
    }
    logger.info("tick", extra=asdict(report) | fields)
    return asdict(report)
