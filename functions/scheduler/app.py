"""Runs a tick. By default, EventBridge invokes this function every minute."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from aws_lambda_powertools.logging import correlation_paths

from minutehand.operations import ticks
from minutehand.operations.configs.scheduler import SchedulerConfig
from minutehand.operations.metrics import add_version_metrics
from minutehand.queue.metrics import add_tick_metrics, count_overdue
from minutehand.queue.policy import Policy
from minutehand.queue.resources import open_outbox
from minutehand.queue.tick import tick
from minutehand.runtime.function import Function
from minutehand.runtime.metrics import Metrics

SPARE = timedelta(seconds=5)
"""The time reserved to finish the current batch before Lambda ends the invocation."""

function = Function(SchedulerConfig)
metrics = Metrics()


@function.logger.inject_lambda_context(correlation_id_path=correlation_paths.EVENT_BRIDGE)
@metrics.each_invocation
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Run a tick, and return its report."""
    function.require_place(context)
    function.logger.append_keys(tick=event.get("id") or context.aws_request_id)
    db, began, deadline = function.db, function.now(), function.deadline(context, spare=SPARE)
    horizon, policy = function.config.horizon, Policy.of(function.config)
    report = tick(db, function.resource(open_outbox), function.clock, horizon=horizon, policy=policy, deadline=deadline)
    ticks.record(db, ticks.caller_of(event), report, started_at=began, ended_at=function.now())
    overdue, took = count_overdue(db, now=function.now()), function.now() - began
    add_tick_metrics(metrics, report, overdue, took=took)
    add_version_metrics(metrics, function.config, now=function.now())
    took_ms = took / timedelta(milliseconds=1)
    function.logger.info("tick", extra=asdict(report) | overdue.log_fields() | {"took_ms": took_ms})
    return asdict(report)
