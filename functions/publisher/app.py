"""Publishes the publications in a batch of messages from the publish queue."""

from datetime import timedelta
from typing import Any

from minutehand.publishing.config import PublisherConfig
from minutehand.publishing.resources import open_publish_queue, open_publisher, open_telemetry
from minutehand.queue.messages import parse
from minutehand.runtime.function import Function
from minutehand.runtime.metrics import Metric, Metrics

SPARE = timedelta(seconds=5)
"""The time reserved to record outcomes before Lambda ends the invocation."""

function = Function(PublisherConfig)
metrics = Metrics()
metrics.count_errors(function.logger, Metric.PUBLISHER_ERRORS)


@function.logger.inject_lambda_context
@metrics.each_invocation
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Publish the batch, and return the messages to retry (ReportBatchItemFailures)."""
    function.require_place(context)
    publisher, telemetry = function.resource(open_publisher), function.resource(open_telemetry)
    batch, deadline = parse(event), function.deadline(context, spare=SPARE)
    telemetry.start_batch(batch, metrics)
    retry_at = publisher.publish(batch.publication_ids, deadline=deadline)
    return function.resource(open_publish_queue).respond(batch, retry_at, now=function.now())
