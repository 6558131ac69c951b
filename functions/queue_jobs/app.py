"""Shows one job by its id, or the jobs in a state, page by page."""

from typing import Any

from minutehand.operations.forms import JobsQuery
from minutehand.operations.jobs import find, page
from minutehand.operations.visibility import visible_owner
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.request import Request
from minutehand.runtime.validation import parse

handler = function = ApiFunction("/api/social/queue/jobs", DatabaseConfig)


@function.on("GET")
def show_jobs(request: Request) -> dict[str, Any]:
    """Respond with the job, or with a page of jobs."""
    reader, query = request.reader(), parse(JobsQuery, request.query())
    owner_id, job_id, now = visible_owner(reader, query.scope), query.id(), function.clock.now()
    if job_id is not None:
        return {"job": find(function.db, owner_id, job_id, now=now)}
    return page(function.db, owner_id, query.required_state(), cursor=query.cursor, take=query.page_size(), now=now)
