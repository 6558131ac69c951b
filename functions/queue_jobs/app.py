"""Shows jobs: one by its id, or those in a state, page by page."""

from functools import cache
from typing import Any

from aws_lambda_powertools.logging import Logger, correlation_paths

from minutehand.operations.forms import JobsQuery
from minutehand.operations.jobs import find, page
from minutehand.operations.visibility import visible_owner
from minutehand.runtime.clock import SystemClock
from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.database_url import database
from minutehand.runtime.db import Database
from minutehand.runtime.http import Endpoint, Response, success
from minutehand.runtime.request import Request
from minutehand.runtime.validation import parse

logger = Logger()
clock = SystemClock()
endpoint = Endpoint("/api/social/queue/jobs")


@cache
def connected() -> Database:
    """Return the database, kept from one invocation to the next."""
    return database(DatabaseConfig.from_environ())


@endpoint.on("GET")
def show_jobs(request: Request) -> Response:
    """Answer with the job, or with a page of them."""
    reader = request.reader()
    asked = parse(JobsQuery, request.query())
    owner_id, job_id = visible_owner(reader, asked.scope), asked.id()
    db, now = connected(), clock.now()
    if job_id is not None:
        return success(job=find(db, owner_id, job_id, now=now))
    return success(**page(db, owner_id, asked.wanted_state(), cursor=asked.cursor, take=asked.count(), now=now))


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer a request of API Gateway."""
    return endpoint.resolve(event, context)
