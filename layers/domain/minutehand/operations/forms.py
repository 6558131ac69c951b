"""The queries and bodies of API calls about the queue and the scheduler."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from minutehand.platforms.fields import Platform
from minutehand.queue.job_state import JobState
from minutehand.queue.pauses import Scope, ScopeName
from minutehand.runtime.errors import NotFound
from minutehand.runtime.form import Form, Id, parse_id
from minutehand.runtime.identity import MAX_ID_CHARACTERS
from minutehand.runtime.page_query import PageQuery
from minutehand.runtime.validation import invalid

MAX_REASON_CHARACTERS = 500
MAX_TARGET_CHARACTERS = 200
DEFAULT_OLDER_THAN_DAYS = 30

_FIELDS_OF_SCOPE = {"all": (), "platform": ("platform",), "owner": ("ownerId",), "campaign": ("campaign", "ownerId")}

type OwnerScope = Literal["own", "all"]


class QueueQuery(Form):
    """The query of GET queue. ``scope``: ``own`` or ``all``."""

    scope: OwnerScope | None = None


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
            raise invalid("jobId", "Give either jobId, or state with cursor and take, but not both.", given=self.job_id)
        return parse_id(self.job_id, job_not_found)

    def required_state(self) -> JobState:
        """Return the state of the jobs to list. Raises `InvalidInput` if the state is missing."""
        if self.state is None:
            states = list(JobState.__value__.__args__)
            raise invalid("state", f"Give a jobId or a state: {', '.join(states)}.", given=None, allowed=states)
        return self.state


class QueueAction(Form):
    """The body of POST queue. ``olderThanDays``: for clear_failed. ``reason``: for pause."""

    action: Literal["pause", "resume", "clear_failed", "redrive"]
    scope: ScopeName | None = None
    platform: Platform | None = None
    owner_id: Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_ID_CHARACTERS)] | None = None
    campaign: Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_TARGET_CHARACTERS)] | None = None
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_REASON_CHARACTERS)] | None = None
    older_than_days: Annotated[int, Field(ge=0, le=36_500)] | None = None

    def to_scope(self) -> Scope:
        """Return the scope of the action.

        Raises:
            InvalidInput: the scope or its target is missing, the platform is unknown, or a field belongs to a different
                scope.
        """
        scope = self.scope or ("all" if self.action == "clear_failed" else None)
        if scope is None:
            allowed = ["all", "platform", "owner", "campaign"]
            raise invalid("scope", f"scope is required: one of {', '.join(allowed)}.", given=None, allowed=allowed)
        self._refuse_other_fields(scope)
        match scope:
            case "platform":
                return Scope("platform", _required("platform", self.platform, scope))
            case "owner":
                return Scope("owner", _required("ownerId", self.owner_id, scope))
            case "campaign":
                return Scope("campaign", _required("campaign", self.campaign, scope), self.owner_id or "")
            case _:
                return Scope("all")

    def required_reason(self) -> str:
        """Return the reason for a pause. Raises `InvalidInput` if the reason is missing."""
        if not self.reason:
            sentence = "Give the reason for the pause in reason. The owners of held posts see it."
            raise invalid("reason", sentence, given=None)
        return self.reason

    def days(self) -> int:
        """Return the minimum age of the failures to clear, in days."""
        return DEFAULT_OLDER_THAN_DAYS if self.older_than_days is None else self.older_than_days

    def _refuse_other_fields(self, scope: str) -> None:
        for field, value in (("platform", self.platform), ("ownerId", self.owner_id), ("campaign", self.campaign)):
            if value is not None and field not in _FIELDS_OF_SCOPE[scope]:
                raise invalid(field, f"{field} cannot be combined with the scope {scope}.", given=value)


class SchedulerAction(Form):
    """The body of POST scheduler. ``minutes``: for interval."""

    action: Literal["start", "stop", "check", "interval"]
    minutes: Annotated[int, Field(ge=1, le=60)] | None = None

    def interval(self) -> int:
        """Return the number of minutes between two ticks. Raises `InvalidInput` if the number is missing."""
        if self.minutes is None:
            raise invalid("minutes", "minutes is required: a number from 1 to 60.", given=None, allowed="1 to 60")
        return self.minutes


def job_not_found() -> NotFound:
    """Return the error for a job that does not exist or belongs to another owner."""
    return NotFound("You have no job with this id.", code="job_not_found")


def _required(field: str, value: str | None, scope: str) -> str:
    if not value:
        raise invalid(field, f"{field} is required for the scope {scope}.", given=value)
    return value
