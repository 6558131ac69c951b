"""Shows one job by its id, or the jobs in a state, page by page."""

from minutehand.operations.forms import JobsQuery
from minutehand.operations.jobs import find, page
from minutehand.operations.visibility import visible_owner
from minutehand.runtime.api_function import ApiFunction, Fields
from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.request import Request

handler = function = ApiFunction("/api/social/queue/jobs", DatabaseConfig)


@function.on("GET")
def show_jobs(request: Request) -> Fields:
    """Respond with the job, or with a page of jobs."""
    reader, query = request.reader(), request.form(JobsQuery)
    owner_id, job_id, now = visible_owner(reader, query.scope), query.id(), function.now()
    if job_id is not None:
        return {"job": find(function.db, owner_id, job_id, now=now)}
    return page(function.db, owner_id, query.required_state(), cursor=query.cursor, take=query.page_size(), now=now)
