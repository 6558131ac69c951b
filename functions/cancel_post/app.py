"""Cancels a post whose publish calls have not begun."""

from functools import cache
from typing import Any

from aws_lambda_powertools.logging import Logger, correlation_paths

from minutehand.posts.forms.base import PostReference
from minutehand.posts.scheduling import cancel
from minutehand.runtime.clock import SystemClock
from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.database_url import database
from minutehand.runtime.db import Database
from minutehand.runtime.http import Endpoint, Response, success
from minutehand.runtime.request import Request
from minutehand.runtime.validation import parse

logger = Logger()
clock = SystemClock()
endpoint = Endpoint("/api/social/posts/cancel")


@cache
def connected() -> Database:
    """Return the database, shared by all invocations of this process."""
    return database(DatabaseConfig.from_environ())


@endpoint.on("POST")
def cancel_post(request: Request) -> Response:
    """Respond with the cancelled post."""
    writer = request.writer()
    post_id = parse(PostReference, request.json()).id()
    return success(**cancel(connected(), writer, post_id, now=clock.now()))


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Handle a request from API Gateway."""
    return endpoint.resolve(event, context)
