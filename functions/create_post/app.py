"""Creates a post: a draft, or a scheduled post if it has a time."""

from functools import cache
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.logging import Logger, correlation_paths

from minutehand.posts.config import ProbingConfig
from minutehand.posts.forms.create import NewPost
from minutehand.posts.writing import create
from minutehand.runtime.clock import SystemClock
from minutehand.runtime.database_url import database
from minutehand.runtime.db import Database
from minutehand.runtime.http import Endpoint, Response
from minutehand.runtime.idempotency import IdempotentRequest
from minutehand.runtime.request import Request
from minutehand.runtime.validation import parse

if TYPE_CHECKING:
    from minutehand.platforms.media_probe import Prober

logger = Logger()
clock = SystemClock()
endpoint = Endpoint("/api/social/posts/create")


@cache
def connected() -> Database:
    """Return the database, shared by all invocations of this process."""
    return database(ProbingConfig.from_environ())


@cache
def prober() -> "Prober":
    """Return the prober of media; the HTTP client is imported only when a post has media."""
    from minutehand.platforms.media_probe import Prober

    return Prober.guarded(private_networks=ProbingConfig.from_environ().media_from_private_networks)


@endpoint.on("POST")
def create_post(request: Request) -> Response:
    """Respond 201 with the post; a repeated Idempotency-Key gets the same response."""
    writer, body, now = request.writer(), request.json(), clock.now()
    new = parse(NewPost, body)
    idempotent = IdempotentRequest("posts.create", writer.owner_id, request.idempotency_key, body)
    return create(connected(), writer, new, request=idempotent, prober=prober, now=now)


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Handle a request from API Gateway."""
    return endpoint.resolve(event, context)
