"""Shows one job by its id, or a page of the jobs in a state."""

from minutehand.operations.forms.jobs import JobsQuery
from minutehand.operations.jobs import JobFound, JobPage, find, page
from minutehand.operations.visibility import visible_owner
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.configs.retry import RetryConfig
from minutehand.runtime.permissions import READ
from minutehand.runtime.request import Request

handler = function = ApiFunction("/api/social/queue/jobs", RetryConfig)


@function.on("GET", READ)
def get_jobs(request: Request) -> JobFound | JobPage:
    """Return the job, or a page of jobs."""
    reader, query = request.reader(), request.form(JobsQuery)
    owner_id, job_id, now = visible_owner(reader, query.scope), query.id(), function.now()
    attempts = function.config.attempts
    if job_id is not None:
        return find(function.db, owner_id, job_id, now=now, attempts=attempts)
    state = query.required_state()
    return page(function.db, owner_id, state, cursor=query.cursor, take=query.take, now=now, attempts=attempts)
