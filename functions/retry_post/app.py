"""Retries a failed post: publishes its missing publications, and none twice."""

from functools import cache
from typing import Any

from aws_lambda_powertools.logging import Logger, correlation_paths

from minutehand.posts.forms.retry import RetryRequest
from minutehand.posts.scheduling import retry
from minutehand.queue.outbox import Outbox
from minutehand.runtime.clock import SystemClock
from minutehand.runtime.config import QueueConfig
from minutehand.runtime.database_url import database
from minutehand.runtime.db import Database
from minutehand.runtime.http import Endpoint, Response
from minutehand.runtime.idempotency import IdempotentRequest
from minutehand.runtime.request import Request
from minutehand.runtime.tracing import invocation_trace
from minutehand.runtime.validation import parse

logger = Logger()
clock = SystemClock()
endpoint = Endpoint("/api/social/posts/retry")


@cache
def connected() -> tuple[QueueConfig, Database]:
    """Return the configuration and the database, shared by all invocations of this process."""
    config = QueueConfig.from_environ()
    return config, database(config)


@cache
def outbox() -> Outbox:
    """Return the outbox of the publish queue; boto3 is imported only to send."""
    from minutehand.runtime import aws

    config, _ = connected()
    return Outbox(
        aws.client("sqs"), config.publish_queue_url, lead=config.send_lead, trace=lambda _: invocation_trace()
    )


@endpoint.on("POST")
def retry_post(request: Request) -> Response:
    """Respond with the new job; a repeated Idempotency-Key gets the same response."""
    writer, body = request.writer(), request.json()
    form = parse(RetryRequest, body)
    idempotent = IdempotentRequest("posts.retry", writer.owner_id, request.idempotency_key, body)
    config, db = connected()
    post_id, confirmed = form.id(), form.confirmed()
    return retry(db, writer, post_id, confirmed, request=idempotent, config=config, outbox=outbox, now=clock.now())


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Handle a request from API Gateway."""
    return endpoint.resolve(event, context)
