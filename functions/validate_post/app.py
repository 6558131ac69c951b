"""Validates a post against the rules of its platforms, and writes nothing."""

from functools import cache
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.logging import Logger, correlation_paths

from minutehand.posts.config import ProbingConfig
from minutehand.posts.dry_run import validate_new, validate_saved
from minutehand.posts.forms.base import PostReference
from minutehand.posts.forms.validate import PostToValidate
from minutehand.runtime.clock import SystemClock
from minutehand.runtime.database_url import database
from minutehand.runtime.db import Database
from minutehand.runtime.http import Endpoint, Response, success
from minutehand.runtime.request import Request
from minutehand.runtime.validation import parse

if TYPE_CHECKING:
    from minutehand.platforms.media_probe import Prober

logger = Logger()
clock = SystemClock()
endpoint = Endpoint("/api/social/posts/validate")


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
def validate_post(request: Request) -> Response:
    """Respond 200 with a report for each platform, on a saved post or on the post in the body."""
    writer, body = request.writer(), request.json()
    if "postId" in body:
        post_id = parse(PostReference, body).id()
        return success(**validate_saved(connected(), writer, post_id, prober=prober))
    new = parse(PostToValidate, body)
    return success(**validate_new(connected(), writer, new, prober=prober, now=clock.now()))


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Handle a request from API Gateway."""
    return endpoint.resolve(event, context)
