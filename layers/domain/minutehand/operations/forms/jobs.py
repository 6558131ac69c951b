"""The query of GET queue/jobs, for one job or for a page of the jobs in a state."""

from uuid import UUID

from minutehand.operations.forms.queue_query import QueueQuery
from minutehand.queue.job_state import JobState
from minutehand.runtime.errors import NotFound
from minutehand.runtime.form import Id, parse_id
from minutehand.runtime.page_query import PageQuery
from minutehand.runtime.validation import invalid


class JobsQuery(QueueQuery, PageQuery):
    """The query of GET queue/jobs, which asks for one job by its id or for a page of jobs in one state."""

    job_id: Id | None = None
    state: JobState | None = None

    def id(self) -> UUID | None:
        """Return the id of the job, or None if the query asks for a state.

        Raises:
            InvalidInput: the query also has a state, a cursor or take.
            NotFound: the id is not a UUID, so no job can have this id.
        """
        if self.job_id is None:
            return None
        if self.model_fields_set & {"state", "cursor", "take"}:
            raise invalid("jobId", "jobId cannot be combined with state, cursor or take.", given=self.job_id)
        return parse_id(self.job_id, job_not_found)

    def required_state(self) -> JobState:
        """Return the state of the jobs to list. Raises `InvalidInput` if the state is missing."""
        if self.state is None:
            states = list(JobState.__value__.__args__)
            raise invalid("state", f"Give a jobId or a state: {', '.join(states)}.", given=None, allowed=states)
        return self.state


def job_not_found() -> NotFound:
    """Return the error for a job that does not exist or belongs to another owner."""
    return NotFound("You have no job with this id.", code="job_not_found")
