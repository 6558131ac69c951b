"""Deletes a post, unless one of its publications is or may be on its platform."""

from functools import cache
from typing import Any

from aws_lambda_powertools.logging import Logger, correlation_paths

from minutehand.posts.forms.base import PostReference
from minutehand.posts.writing import delete
from minutehand.runtime.clock import SystemClock
from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.database_url import database
from minutehand.runtime.db import Database
from minutehand.runtime.http import Endpoint, Response, success
from minutehand.runtime.request import Request
from minutehand.runtime.validation import parse

logger = Logger()
clock = SystemClock()
endpoint = Endpoint("/api/social/posts/delete")


@cache
def connected() -> Database:
    """Return the database, shared by all invocations of this process."""
    return database(DatabaseConfig.from_environ())


@endpoint.on("DELETE")
def delete_post(request: Request) -> Response:
    """Respond that the post is deleted."""
    writer = request.writer()
    post_id = parse(PostReference, request.json()).id()
    delete(connected(), writer, post_id, now=clock.now())
    return success(message="Post deleted successfully")


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Handle a request from API Gateway."""
    return endpoint.resolve(event, context)
