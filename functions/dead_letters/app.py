"""Resolves dead letters: ends publications that have used up their attempts or leases, and lets the tick requeue the
other publications that need a new message.
"""

from dataclasses import asdict
from typing import Any

from minutehand.queue.dead_letters import resolve_dead_letters
from minutehand.queue.messages import parse
from minutehand.queue.retry import RetryPolicy
from minutehand.runtime.configs.retry import RetryConfig
from minutehand.runtime.function import Function
from minutehand.runtime.metrics import Metric, Metrics

function = Function(RetryConfig)
metrics = Metrics()


@function.logger.inject_lambda_context
@metrics.each_invocation
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Resolve the dead letters in the batch. If Postgres is unavailable, raise an error, so that the messages stay in
    the dead-letter queue.
    """
    function.require_place(context)
    batch, received = parse(event), len(event["Records"])
    policy = RetryPolicy.of(function.config)
    try:
        report = resolve_dead_letters(function.db, batch.publication_ids, now=function.now(), policy=policy)
        received -= report.of_tests
    finally:
        metrics.add(Metric.DEAD_LETTERS, received)
    for platform, state in report.ends:
        metrics.add(Metric.UNKNOWN if state == "unknown" else Metric.FAILED, Platform=platform)
    function.logger.info(
        "dead letters",
        extra=asdict(report) | {"unreadable": len(batch.unreadable), "publications": batch.publication_ids},
    )
    return asdict(report)
