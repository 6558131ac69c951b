"""Drains the dead-letter queue: ends what can never be published, and lets the next tick send the rest again."""

from dataclasses import asdict
from functools import cache
from typing import Any

from aws_lambda_powertools.logging import Logger

from minutehand.queue.dead_letters import bury
from minutehand.queue.messages import parse
from minutehand.runtime.clock import SystemClock
from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.database_url import database
from minutehand.runtime.db import Database
from minutehand.runtime.metrics import Metric, Metrics

logger = Logger()
clock = SystemClock()
metrics = Metrics()


@cache
def connected() -> Database:
    """Return the database, kept from one invocation to the next."""
    return database(DatabaseConfig.from_environ())


@logger.inject_lambda_context
@metrics.each_invocation
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Bury the batch. While Postgres is away this raises, and the messages stay in the dead-letter queue."""
    metrics.add(Metric.DEAD_LETTERS, len(event["Records"]))
    batch = parse(event)
    report = bury(connected(), batch.publication_ids, now=clock.now())
    for platform, state in report.ends:
        metrics.add(Metric.UNKNOWN if state == "unknown" else Metric.FAILED, Platform=platform)
    logger.info(
        "dead letters",
        extra=asdict(report) | {"unreadable": len(batch.unreadable), "publications": batch.publication_ids},
    )
    return asdict(report)
