"""The responses of the calls about posts. A post also has the fields that callers set, which the document adds."""

from datetime import datetime
from typing import Any, Literal, NotRequired, TypedDict
from uuid import UUID

from local.openapi.responses.common import Confirmation, Pagination, Platform, Success, Warning
from local.openapi.responses.connections import Connection
from minutehand.posts.forms.list import ApprovalStatus, PostStatus
from minutehand.queue.job_state import JobState

type PublicationState = Literal[
    "queued", "waiting", "publishing", "processing", "held", "published", "failed", "unknown", "cancelled"
]
type AttemptEvent = Literal[
    "began",
    "published",
    "processing",
    "transient",
    "rate_limited",
    "in_doubt",
    "not_landed",
    "unanswered",
    "failed",
    "unknown",
    "confirmed_published",
    "confirmed_not_published",
]


class Publication(TypedDict):
    """One post, or one part of it, on one connection."""

    id: UUID
    platform: Platform
    connectionId: UUID | None
    part: int
    sandbox: bool
    state: PublicationState
    dueAt: datetime
    startedAt: datetime | None
    publishedAt: datetime | None
    latenessMs: int | None
    permalink: str | None
    remoteId: str | None
    attempts: int
    retryingSince: datetime | None
    failureCode: str | None
    failureReason: str | None


class Post(TypedDict):
    """A post with its publications."""

    id: UUID
    status: PostStatus
    scheduledAt: datetime | None
    scheduledAtLocal: datetime | None
    postedAt: datetime | None
    approvalStatus: ApprovalStatus | None
    publishOnApproval: bool
    approvalBy: str | None
    approvalAt: datetime | None
    approvalComment: str | None
    failureReason: str | None
    ownerId: str
    createdBy: str
    createdAt: datetime
    updatedAt: datetime
    version: int
    publications: list[Publication]


class QueuedJob(TypedDict):
    """The job of a post that was scheduled."""

    id: UUID
    postId: UUID
    scheduledAt: datetime
    platforms: list[Platform]
    status: Literal["queued"]
    state: JobState


class HistoryEntry(TypedDict):
    """An event of a post."""

    at: datetime
    type: str
    actor: str
    actorName: str | None
    data: dict[str, Any]


class AttemptEntry(TypedDict):
    """The beginning or the outcome of an attempt at a publication."""

    at: datetime
    publicationId: UUID
    jobId: UUID
    platform: Platform
    part: int
    attempt: int
    event: AttemptEvent
    code: str | None
    reason: str | None


class Metric(TypedDict):
    """One measurement of a publication on its platform. An imported measurement has no unit and no name on the
    platform.
    """

    at: datetime
    publicationId: UUID
    platform: Platform
    name: str
    value: float
    unit: str | None
    platformName: str | None


class CreatePostResponse(Success):
    """The new post."""

    post: Post
    job: NotRequired[QueuedJob]
    """The job, if the post is due within two minutes."""
    warnings: NotRequired[list[Warning]]


class DuplicatePostResponse(CreatePostResponse):
    """The duplicate."""


class UpdatePostResponse(CreatePostResponse):
    """The updated post."""


class ApprovePostResponse(CreatePostResponse):
    """The approved or rejected post."""


class PostPagination(Pagination):
    """The position of a page of posts."""

    skip: int
    """The number of posts that the request asked to skip."""


class ListPostsResponse(Success):
    """A page of posts."""

    posts: list[Post]
    pagination: PostPagination


class CalendarEntry(TypedDict):
    """A post as a calendar shows it."""

    id: UUID
    status: PostStatus
    scheduledAt: datetime
    scheduledAtLocal: datetime
    timezone: str
    platforms: list[Platform]
    text: str
    """The first 140 characters of the content."""
    mediaCount: int
    thumbnailId: UUID | None
    approvalStatus: ApprovalStatus | None
    failureCode: str | None
    """The code of the first publication that failed or is `unknown`."""
    publicationStates: list[PublicationState]
    """The different states of the publications, in alphabetical order."""
    campaign: str | None
    version: int


class GetCalendarResponse(Success):
    """A page of the posts of a period."""

    entries: list[CalendarEntry]
    pagination: Pagination


class Destination(TypedDict):
    """An account on which a post would be published."""

    platform: Platform
    connectionId: UUID | None
    """The connection, or null for the sandbox or if no account is connected."""
    sandbox: bool
    parts: int
    """The number of publications: the parts of a thread, or the post and its first comment."""


class PlannedPost(TypedDict):
    """A post that is to be published."""

    postId: UUID
    status: PostStatus
    scheduledAt: datetime
    scheduledAtLocal: datetime
    timezone: str
    destinations: list[Destination]
    warnings: list[Warning]


class PlanPostsResponse(Success):
    """A page of the posts that are to be published in a period."""

    planned: list[PlannedPost]
    pagination: Pagination


class GetPostResponse(Success):
    """One post, with the lists that `include` names."""

    post: Post
    history: NotRequired[list[HistoryEntry]]
    attempts: NotRequired[list[AttemptEntry]]
    metrics: NotRequired[list[Metric]]
    connections: NotRequired[list[Connection]]


class DeletePostResponse(Confirmation):
    """A confirmation."""


class CancelPostResponse(Confirmation):
    """The cancelled post."""

    post: Post


class SchedulePostResponse(Success):
    """The job of the post."""

    job: QueuedJob


class ConfirmPostResponse(Success):
    """The post with its publications."""

    post: Post


class BulkResult(TypedDict):
    """The result of the action on one post."""

    postId: str
    success: bool
    status: NotRequired[PostStatus]
    """The status of the post after the action, or of its duplicate."""
    newPostId: NotRequired[UUID]
    """The id of the duplicate."""
    error: NotRequired[str]
    """A sentence for people."""
    code: NotRequired[str]
    """A stable word for programs."""


class BulkPostsResponse(Success):
    """The results in the order of the posts."""

    results: list[BulkResult]
    complete: bool
    """False if posts remain. Repeat the call with the same Idempotency-Key until `complete` is true."""


class ExportPostsResponse(Success):
    """The response is a page of the export, not JSON."""


class RetryPostResponse(Success):
    """The new job of the post."""

    job: QueuedJob


class ArchivePostsResponse(Success):
    """The number of archived posts."""

    count: int
    complete: bool
    """False if posts remain. Repeat the call until `complete` is true."""


class Issue(TypedDict):
    """A problem that a platform has with a post."""

    field: str
    """The path of the field."""
    code: str
    """A stable word for programs."""
    message: str
    """A sentence for people."""


class PartLength(TypedDict):
    """The length of the text of one part of a post."""

    length: int
    limit: int | None
    """The maximum length, or null if the account's server does not publish it."""
    unit: Literal["characters", "graphemes", "bytes", "utf16", "weighted"]


class PlatformReport(TypedDict):
    """The result of the validation against the rules of one platform."""

    valid: bool
    errors: list[Issue]
    """The reasons why the platform would certainly refuse the post."""
    warnings: list[Issue]
    """Content that the platform may refuse, and media items that could not be checked."""
    parts: list[PartLength]


class ValidatePostResponse(Success):
    """The result of the validation."""

    valid: bool
    platforms: dict[Platform, PlatformReport]
    """The report of each platform."""
    warnings: NotRequired[list[Warning]]
