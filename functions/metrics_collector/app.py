"""Reads due metrics from the platforms every five minutes, and deletes old metrics."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from aws_lambda_powertools.logging import correlation_paths

from minutehand.analytics.config import CollectorConfig
from minutehand.analytics.pruning import prune_metrics
from minutehand.analytics.resources import open_collector
from minutehand.runtime.function import Function
from minutehand.runtime.metrics import Metrics

SPARE = timedelta(seconds=20)
"""The time reserved at the end of an invocation to read and save the last metrics."""

function = Function(CollectorConfig)
metrics = Metrics()


@function.logger.inject_lambda_context(correlation_id_path=correlation_paths.EVENT_BRIDGE)
@metrics.each_invocation
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Read due metrics and delete old metrics. Return the counts of `CollectorReport`, and the number of deleted rows
    as ``pruned``. The next invocation reads the remaining metrics.
    """
    function.require_place(context)
    deadline = function.deadline(context, spare=SPARE)
    report = function.resource(open_collector).run(metrics, deadline=deadline)
    pruned = prune_metrics(function.db, function.clock, days=function.config.metric_days, deadline=deadline)
    counts = asdict(report) | {"pruned": pruned}
    function.logger.info("metrics collected", extra=counts)
    return counts
