"""Returns one post with its publications and, on request, its history, attempts, metrics and connections."""

from functools import cache
from typing import Any

from aws_lambda_powertools.logging import Logger, correlation_paths

from minutehand.connections import rendering
from minutehand.posts.forms.get import PostView
from minutehand.posts.reading import view
from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.database_url import database
from minutehand.runtime.db import Database
from minutehand.runtime.http import Endpoint, Response, success
from minutehand.runtime.request import Request
from minutehand.runtime.validation import parse

logger = Logger()
endpoint = Endpoint("/api/social/posts/get")


@cache
def connected() -> Database:
    """Return the database, shared by all invocations of this process."""
    return database(DatabaseConfig.from_environ())


@endpoint.on("GET")
def get_post(request: Request) -> Response:
    """Respond with the post and with what ``include`` names."""
    reader = request.reader()
    query = parse(PostView, request.query())
    found = view(connected(), reader, query.id(), query.included())
    if "connections" in found:
        found["connections"] = [rendering.connection(connection) for connection in found["connections"]]
    return success(**found)


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Handle a request from API Gateway."""
    return endpoint.resolve(event, context)
