"""Archives published posts: one, or all old ones."""

from datetime import timedelta
from functools import cache
from typing import Any

from aws_lambda_powertools.logging import Logger, correlation_paths

from minutehand.posts.archive import archive, archive_older
from minutehand.posts.forms.archive import ArchiveRequest
from minutehand.runtime.clock import SystemClock
from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.database_url import database
from minutehand.runtime.db import Database
from minutehand.runtime.http import Endpoint, Response, success
from minutehand.runtime.request import Request
from minutehand.runtime.validation import parse

MAX_DURATION = timedelta(seconds=6)
"""How long one call works. If posts are left then, the caller calls again."""

logger = Logger()
clock = SystemClock()
endpoint = Endpoint("/api/social/posts/archive")


@cache
def connected() -> Database:
    """Return the database, shared by all invocations of this process."""
    return database(DatabaseConfig.from_environ())


@endpoint.on("POST")
def archive_posts(request: Request) -> Response:
    """Respond with the number of archived posts."""
    writer = request.writer()
    form = parse(ArchiveRequest, request.json())
    post_id, now = form.id(), clock.now()
    if post_id is not None:
        done = archive(connected(), writer, post_id, now=now)
    else:
        owner = {"owner_id": writer.owner_id, "actor": writer.user_id}
        done = archive_older(connected(), clock, **owner, days_old=form.days(), deadline=now + MAX_DURATION)
    return success(count=done.count, complete=done.complete)


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Handle a request from API Gateway."""
    return endpoint.resolve(event, context)
