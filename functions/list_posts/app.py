"""Lists posts in pages, with filters."""

from functools import cache
from typing import Any

from aws_lambda_powertools.logging import Logger, correlation_paths

from minutehand.posts.forms.list import PostQuery
from minutehand.posts.reading import page
from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.database_url import database
from minutehand.runtime.db import Database
from minutehand.runtime.http import Endpoint, Response, success
from minutehand.runtime.request import Request
from minutehand.runtime.validation import parse

logger = Logger()
endpoint = Endpoint("/api/social/posts/list")


@cache
def connected() -> Database:
    """Return the database, shared by all invocations of this process."""
    return database(DatabaseConfig.from_environ())


@endpoint.on("GET")
def list_posts(request: Request) -> Response:
    """Respond with a page of posts and the cursor of the next page."""
    reader = request.reader()
    query = parse(PostQuery, request.query())
    return success(**page(connected(), reader, query))


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Handle a request from API Gateway."""
    return endpoint.resolve(event, context)
