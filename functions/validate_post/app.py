"""Tells what each platform would say to a post, and writes nothing."""

from functools import cache
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.logging import Logger, correlation_paths

from minutehand.posts.config import CheckingConfig
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
    """Return the database, kept from one invocation to the next."""
    return database(CheckingConfig.from_environ())


@cache
def prober() -> "Prober":
    """Return what looks at media; HTTP is imported only when there are some."""
    from minutehand.platforms.media_probe import Prober

    return Prober.guarded(private_networks=CheckingConfig.from_environ().media_from_private_networks)


@endpoint.on("POST")
def validate_post(request: Request) -> Response:
    """Answer 200 with a verdict for each platform, of a saved post or of one as it would be created."""
    writer, body = request.writer(), request.json()
    if "postId" in body:
        post_id = parse(PostReference, body).id()
        return success(**validate_saved(connected(), writer, post_id, prober=prober))
    new = parse(PostToValidate, body)
    return success(**validate_new(connected(), writer, new, prober=prober, now=clock.now()))


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer a request of API Gateway."""
    return endpoint.resolve(event, context)
