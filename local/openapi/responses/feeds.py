"""The responses of the calls about calendar feeds."""

from datetime import datetime
from typing import TypedDict
from uuid import UUID

from local.openapi.responses.common import Confirmation, Success


class Feed(TypedDict):
    """A calendar feed, without its secret."""

    id: UUID
    name: str
    createdBy: str
    createdAt: datetime


class ListFeedsResponse(Success):
    """The feeds, newest first."""

    feeds: list[Feed]


class CreateFeedResponse(Success):
    """The new feed."""

    feed: Feed
    path: str | None
    """The secret address of the calendar, relative to the address of the API. Null in a repeated response."""


class RevokeFeedResponse(Confirmation):
    """A confirmation."""


class ReadCalendarResponse(Success):
    """The response is a calendar, not JSON."""
