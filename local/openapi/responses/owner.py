"""The responses of the calls about an owner: settings, usage, API tokens and events."""

from datetime import date, datetime
from typing import Any, Literal, NotRequired, TypedDict
from uuid import UUID

from local.openapi.responses.common import Confirmation, Pagination, Platform, Success, Warning
from minutehand.tokens.forms import Scope


class Limit(TypedDict):
    """A limit of an owner, with its present value."""

    limit: int
    present: int


class Limits(TypedDict):
    """The limits of an owner."""

    openPosts: Limit
    connections: Limit
    mediaBytes: Limit
    pendingAuthorizations: Limit
    writingCallsPerMinute: Limit


class GetMeResponse(Success):
    """The caller."""

    user: str
    name: str | None
    owner: str
    roles: list[Literal["viewer", "editor", "approver", "operator", "admin"]]
    scopes: list[Scope]
    mode: Literal["live", "test"]
    limits: Limits


class Settings(TypedDict):
    """The settings of an owner."""

    timezone: str
    requireApproval: bool
    spacingMinutes: int
    updatedBy: str | None
    """The person who last changed a setting, or null."""
    updatedAt: datetime | None


class GetSettingsResponse(Success):
    """The settings."""

    settings: Settings


class ChangeSettingsResponse(Success):
    """The changed settings."""

    settings: Settings
    warnings: NotRequired[list[Warning]]


class Outcomes(TypedDict):
    """The number of publications with each outcome."""

    published: int
    failed: int
    unknown: int


class Usage(TypedDict):
    """The usage in a period."""

    posts: int
    publications: Outcomes
    mediaBytes: int


class UsageOfDay(Usage):
    """The usage on a day."""

    day: date


class UsageOfPlatform(TypedDict):
    """The usage of a platform."""

    platform: Platform
    posts: int
    publications: Outcomes


_UsageFields = TypedDict(
    "_UsageFields",
    {
        "from": date,
        "to": date,
        "timezone": str,
        "total": Usage,
        "groups": NotRequired[list[UsageOfDay] | list[UsageOfPlatform]],
    },
)


class GetUsageResponse(Success, _UsageFields):
    """The usage of an owner."""


class ApiToken(TypedDict):
    """An API token, without its secret."""

    id: UUID
    name: str
    mode: Literal["live", "test"]
    scopes: list[Scope]
    beginning: str
    """The visible part of the token, by which people recognise it."""
    createdBy: str
    createdAt: datetime
    expiresAt: datetime
    lastUsedAt: datetime | None


class ListTokensResponse(Success):
    """A page of API tokens."""

    tokens: list[ApiToken]
    pagination: Pagination


class CreateTokenResponse(Success):
    """The new API token."""

    token: ApiToken
    secret: str | None
    """The API token itself, or null if the request was repeated."""


class RevokeTokenResponse(Confirmation):
    """A confirmation."""


class Event(TypedDict):
    """A change of a post, publication, connection, media item or API token."""

    id: str
    type: str
    at: datetime
    actor: str
    """The person or the part of the service that made the change."""
    actorName: str | None
    postId: UUID | None
    publicationId: UUID | None
    connectionId: UUID | None
    mediaId: UUID | None
    data: dict[str, Any]
    """Further fields, which depend on the type."""


class EventPagination(TypedDict):
    """The position of a page of events."""

    take: int
    count: int
    nextCursor: str
    """The cursor of the events that follow, which is never null."""
    hasMore: bool
    """Whether more events exist already."""


class ListEventsResponse(Success):
    """The events after the cursor, in order."""

    events: list[Event]
    pagination: EventPagination
