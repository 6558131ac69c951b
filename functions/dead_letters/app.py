"""Resolves dead letters: ends publications that can never succeed, and lets the tick resend the others."""

from dataclasses import asdict
from functools import cache
from typing import Any

from aws_lambda_powertools.logging import Logger

from minutehand.queue.dead_letters import resolve_dead_letters
from minutehand.queue.messages import parse
from minutehand.queue.retry import RetryPolicy
from minutehand.runtime.clock import SystemClock
from minutehand.runtime.config import RetryConfig
from minutehand.runtime.database_url import database
from minutehand.runtime.db import Database
from minutehand.runtime.metrics import Metric, Metrics

logger = Logger()
clock = SystemClock()
metrics = Metrics()


@cache
def connected() -> tuple[Database, RetryPolicy]:
    """Return the database and the retry policy, shared by all invocations of this process."""
    config = RetryConfig.from_environ()
    return database(config), RetryPolicy.of(config)


@logger.inject_lambda_context
@metrics.each_invocation
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Resolve the batch. This raises while Postgres is unavailable, so that the messages stay in the queue."""
    metrics.add(Metric.DEAD_LETTERS, len(event["Records"]))
    batch = parse(event)
    db, policy = connected()
    report = resolve_dead_letters(db, batch.publication_ids, now=clock.now(), policy=policy)
    for platform, state in report.ends:
        metrics.add(Metric.UNKNOWN if state == "unknown" else Metric.FAILED, Platform=platform)
    logger.info(
        "dead letters",
        extra=asdict(report) | {"unreadable": len(batch.unreadable), "publications": batch.publication_ids},
    )
    return asdict(report)
