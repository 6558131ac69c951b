"""Shows one post with its publications and, where asked for, its history, its attempts and the accounts it goes to."""

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
    """Return the database, kept from one invocation to the next."""
    return database(DatabaseConfig.from_environ())


@endpoint.on("GET")
def get_post(request: Request) -> Response:
    """Answer with the post, and beside it with what is to be included."""
    reader = request.reader()
    asked = parse(PostView, request.query())
    seen = view(connected(), reader, asked.id(), asked.parts())
    if "connections" in seen:
        seen["connections"] = [rendering.connection(connection) for connection in seen["connections"]]
    return success(**seen)


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer a request of API Gateway."""
    return endpoint.resolve(event, context)
