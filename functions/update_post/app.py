"""Changes a draft or scheduled post, and sends it if the change moves it within the horizon."""

from functools import cache
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.logging import Logger, correlation_paths

from minutehand.posts.config import SchedulingConfig
from minutehand.posts.forms.update import PostChanges
from minutehand.posts.writing import update
from minutehand.runtime.clock import SystemClock
from minutehand.runtime.database_url import database
from minutehand.runtime.db import Database
from minutehand.runtime.http import Endpoint, Response, success
from minutehand.runtime.request import Request
from minutehand.runtime.validation import parse

if TYPE_CHECKING:
    from minutehand.platforms.media_probe import Prober
    from minutehand.queue.outbox import Outbox

logger = Logger()
clock = SystemClock()
endpoint = Endpoint("/api/social/posts/update")


@cache
def connected() -> tuple[SchedulingConfig, Database]:
    """Return the configuration and the database, shared by all invocations of this process."""
    config = SchedulingConfig.from_environ()
    return config, database(config)


@cache
def outbox() -> "Outbox":
    """Return the outbox of the publish queue; it and boto3 are imported only to send."""
    from minutehand.queue.outbox import Outbox
    from minutehand.runtime import aws
    from minutehand.runtime.tracing import invocation_trace

    config, _ = connected()
    return Outbox(
        aws.client("sqs"), config.publish_queue_url, lead=config.send_lead, trace=lambda _: invocation_trace()
    )


@cache
def prober() -> "Prober":
    """Return the prober of media; the HTTP client is imported only when a post has media."""
    from minutehand.platforms.media_probe import Prober

    return Prober.guarded(private_networks=connected()[0].media_from_private_networks)


@endpoint.on("PATCH", "PUT")
def update_post(request: Request) -> Response:
    """Respond with the changed post. Both methods change only the given fields."""
    writer = request.writer()
    changes = parse(PostChanges, request.json())
    config, db = connected()
    return success(**update(db, writer, changes, config=config, outbox=outbox, prober=prober, now=clock.now()))


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Handle a request from API Gateway."""
    return endpoint.resolve(event, context)
