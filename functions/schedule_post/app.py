"""Creates the job of a scheduled post, and sends it at once if its time is near."""

from functools import cache
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.logging import Logger, correlation_paths

from minutehand.posts.config import SchedulingConfig
from minutehand.posts.forms.base import PostReference
from minutehand.posts.scheduling import schedule
from minutehand.queue.outbox import Outbox
from minutehand.runtime.clock import SystemClock
from minutehand.runtime.database_url import database
from minutehand.runtime.db import Database
from minutehand.runtime.http import Endpoint, Response
from minutehand.runtime.idempotency import IdempotentRequest
from minutehand.runtime.request import Request
from minutehand.runtime.tracing import invocation_trace
from minutehand.runtime.validation import parse

if TYPE_CHECKING:
    from minutehand.platforms.media_probe import Prober

logger = Logger()
clock = SystemClock()
endpoint = Endpoint("/api/social/posts/schedule")


@cache
def connected() -> tuple[SchedulingConfig, Database]:
    """Return the configuration and the database, shared by all invocations of this process."""
    config = SchedulingConfig.from_environ()
    return config, database(config)


@cache
def outbox() -> Outbox:
    """Return the outbox of the publish queue; boto3 is imported only to send."""
    from minutehand.runtime import aws

    config, _ = connected()
    return Outbox(
        aws.client("sqs"), config.publish_queue_url, lead=config.send_lead, trace=lambda _: invocation_trace()
    )


@cache
def prober() -> "Prober":
    """Return the prober of media; the HTTP client is imported only when a post has media."""
    from minutehand.platforms.media_probe import Prober

    return Prober.guarded(private_networks=connected()[0].media_from_private_networks)


@endpoint.on("POST")
def schedule_post(request: Request) -> Response:
    """Respond with the job; a repeated call returns the same job."""
    writer, body = request.writer(), request.json()
    post_id = parse(PostReference, body).id()
    idempotent = IdempotentRequest("posts.schedule", writer.owner_id, request.idempotency_key, body)
    config, db = connected()
    return schedule(db, writer, post_id, request=idempotent, config=config, outbox=outbox, prober=prober, clock=clock)


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Handle a request from API Gateway."""
    return endpoint.resolve(event, context)
