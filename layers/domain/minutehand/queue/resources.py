"""Opens the client for SQS and the outboxes of the publish queue; see `minutehand.runtime.function`."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

    from minutehand.queue.outbox import Outbox
    from minutehand.runtime.config import Config
    from minutehand.runtime.configs.queue import QueueConfig
    from minutehand.runtime.function import Function


def open_sqs(_: "Function[Config]") -> "SQSClient":
    """Return the client for SQS, which all queues of a function share."""
    from minutehand.runtime import aws

    client: SQSClient = aws.client("sqs")
    return client


def open_outbox(function: "Function[QueueConfig]") -> "Outbox":
    """Return the outbox of the publish queue. The messages of each job belong to a separate trace."""
    from minutehand.queue.outbox import Outbox

    config = function.config
    return Outbox(function.resource(open_sqs), config.publish_queue_url, lead=config.send_lead)


def open_request_outbox(function: "Function[QueueConfig]") -> "Outbox":
    """Return the outbox of the publish queue. The messages belong to the trace of the request that sends them."""
    from minutehand.queue.outbox import Outbox
    from minutehand.runtime.tracing import invocation_trace

    sqs, config = function.resource(open_sqs), function.config
    return Outbox(sqs, config.publish_queue_url, lead=config.send_lead, trace=lambda _: invocation_trace())
