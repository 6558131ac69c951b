"""Writes a post: a draft, or a scheduled one when it is given a time."""

from functools import cache
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.logging import Logger, correlation_paths

from minutehand.posts.config import CheckingConfig
from minutehand.posts.forms.create import NewPost
from minutehand.posts.writing import create
from minutehand.runtime.clock import SystemClock
from minutehand.runtime.database_url import database
from minutehand.runtime.db import Database
from minutehand.runtime.http import Endpoint, Response
from minutehand.runtime.idempotency import Once
from minutehand.runtime.request import Request
from minutehand.runtime.validation import parse

if TYPE_CHECKING:
    from minutehand.platforms.media_probe import Prober

logger = Logger()
clock = SystemClock()
endpoint = Endpoint("/api/social/posts/create")


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
def create_post(request: Request) -> Response:
    """Answer 201 with the post; the same again when it is asked again under its Idempotency-Key."""
    writer, body, now = request.writer(), request.json(), clock.now()
    new = parse(NewPost, body)
    once = Once("posts.create", writer.owner_id, request.idempotency_key, body)
    return create(connected(), writer, new, once=once, prober=prober, now=now)


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer a request of API Gateway."""
    return endpoint.resolve(event, context)
