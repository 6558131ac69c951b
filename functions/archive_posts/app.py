"""Puts published posts away: one, or all that went out long ago."""

from datetime import timedelta
from functools import cache
from typing import Any

from aws_lambda_powertools.logging import Logger, correlation_paths

from minutehand.posts.archive import archive, archive_older
from minutehand.posts.forms.archive import Archiving
from minutehand.runtime.clock import SystemClock
from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.database_url import database
from minutehand.runtime.db import Database
from minutehand.runtime.http import Endpoint, Response, success
from minutehand.runtime.request import Request
from minutehand.runtime.validation import parse

PATIENCE = timedelta(seconds=6)
"""For how long one call goes on; whoever has more to put away calls again."""

logger = Logger()
clock = SystemClock()
endpoint = Endpoint("/api/social/posts/archive")


@cache
def connected() -> Database:
    """Return the database, kept from one invocation to the next."""
    return database(DatabaseConfig.from_environ())


@endpoint.on("POST")
def archive_posts(request: Request) -> Response:
    """Answer with the number of posts that were put away."""
    writer = request.writer()
    asked = parse(Archiving, request.json())
    post_id, now = asked.id(), clock.now()
    if post_id is not None:
        done = archive(connected(), writer, post_id, now=now)
    else:
        whose = {"owner_id": writer.owner_id, "actor": writer.user_id}
        done = archive_older(connected(), clock, **whose, days_old=asked.days(), deadline=now + PATIENCE)
    return success(count=done.count, complete=done.complete)


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer a request of API Gateway."""
    return endpoint.resolve(event, context)
