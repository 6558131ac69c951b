"""The responses of the calls about the queue and the scheduler."""

from datetime import datetime
from typing import Literal, NotRequired, TypedDict
from uuid import UUID

from local.openapi.responses.common import Checks, Pagination, Platform, Success, Warning
from local.openapi.responses.posts import Publication
from minutehand.operations.forms import OwnerScope
from minutehand.queue.job_state import JobState
from minutehand.queue.pauses import ScopeName


class Pause(TypedDict):
    """A pause, which holds publications."""

    scope: ScopeName
    platform: NotRequired[Platform]
    ownerId: NotRequired[str]
    campaign: NotRequired[str]
    reason: str
    actor: str
    pausedAt: datetime


class GetQueueResponse(Success):
    """The state of the queue."""

    scope: OwnerScope
    counts: dict[JobState, int]
    """The number of jobs in each state, at most 1,000."""
    capped: list[JobState]
    """The states with more than 1,000 jobs."""
    oldestDueAgeSeconds: float | None
    pauses: list[Pause]


class Paused(Success):
    """The result of the action `pause`."""

    pause: Pause
    held: int
    """The number of publications that were held immediately."""


class Resumed(Success):
    """The result of the action `resume`."""

    resumed: int


class Cleared(Success):
    """The result of the action `clear_failed`."""

    cleared: int
    keptUnknown: int
    complete: bool


class DeadLetterCause(TypedDict):
    """The dead letters with the same cause."""

    outcome: str
    cause: str
    reason: str | None
    count: int


class Redriven(Success):
    """The result of the action `redrive`."""

    sent: int
    settled: int
    unreadable: int
    complete: bool
    causes: list[DeadLetterCause]


type ControlQueueResponse = Paused | Resumed | Cleared | Redriven


class Job(TypedDict):
    """A job: one scheduling of one post."""

    id: UUID | None
    """The id, or null until the post is scheduled explicitly or claimed."""
    postId: UUID
    ownerId: str
    state: JobState
    scheduledAt: datetime
    dueInSeconds: float
    platforms: list[Platform]
    attemptsMade: int
    """The highest number of attempts made for any of the publications."""
    attempts: int
    """The maximum number of attempts for each publication."""
    failedReason: str | None
    finishedAt: datetime | None
    publications: list[Publication]


class JobFound(Success):
    """The job with the given id."""

    job: Job


class JobPage(Success):
    """A page of jobs."""

    jobs: list[Job]
    pagination: Pagination


type GetJobsResponse = JobFound | JobPage


class GetQueueHealthResponse(Success):
    """The health of the queue."""

    checks: Checks


class Interval(TypedDict):
    """The interval between two ticks."""

    minutes: int | None
    """The number of minutes, or null if the rule's expression is not a rate."""
    expression: str


class Tick(TypedDict):
    """The results of a tick."""

    claimed: int
    """The number of claimed posts."""
    sent: int
    """The number of messages that were sent."""
    unsent: int
    """The number of messages that could not be sent."""
    recovered: int
    """The number of lost publications that were queued again."""
    finished: bool
    """Whether all work was done in time."""


class LastTick(Tick):
    """The last tick."""

    caller: Literal["rule", "hand"]
    """`rule` if the schedule ran the tick, `hand` if a person did."""
    startedAt: datetime
    endedAt: datetime


class PostCounts(TypedDict):
    """The number of posts of all owners in each status, at most 1,000."""

    scheduled: int
    queued: int
    published: int
    failed: int


class GetSchedulerResponse(Success):
    """The state of the scheduler."""

    isRunning: bool
    interval: Interval
    lastTick: LastTick | None
    nextTick: datetime | None
    counts: PostCounts
    capped: list[Literal["scheduled", "queued", "published", "failed"]]


class RuleChanged(Success):
    """The result of the actions `start`, `stop` and `interval`."""

    isRunning: bool
    interval: Interval
    warnings: NotRequired[list[Warning]]


class TickRun(Success):
    """The result of the action `check`."""

    queued: int
    failed: int
    errors: list[str]
    """Sentences for people about the failures."""
    tick: Tick


type ControlSchedulerResponse = RuleChanged | TickRun
