"""What the calls about posts take: their bodies and queries, with names in camelCase."""

import re
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo
from pydantic.alias_generators import to_camel

from minutehand.posts import times
from minutehand.posts.fields import Campaign, Content, MediaUrls, Notes, Platform, Platforms, TimeZone, one_of
from minutehand.runtime.errors import NotFound
from minutehand.runtime.validation import Problem

STATUSES = ("draft", "scheduled", "queued", "published", "failed", "archived")
ORDERS = ("newest", "oldest", "scheduled")
MAX_TAKE = 100
MAX_SKIP = 10_000
"""Who wants to go deeper pages with a cursor, which costs the same at every depth."""
_NUMBER = re.compile(r"[0-9]{1,9}")


def _moment(value: object) -> object:
    return value if value is None else times.read(value)


def _number(value: object, info: ValidationInfo) -> int:
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        raise Problem(f"{info.field_name} must be a whole number.")
    return int(value)


Moment = Annotated[datetime | None, BeforeValidator(_moment)]
"""A date and time as it was written: not yet an instant, because that may depend on the post's time zone."""
Number = Annotated[int, BeforeValidator(_number)]


class _Form(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, alias_generator=to_camel)


class NewPost(_Form):
    """The body of posts/create."""

    content: Content = Field(default="", validate_default=True)
    platforms: Platforms = []
    media_urls: MediaUrls = []
    campaign: Campaign | None = None
    notes: Notes | None = None
    scheduled_at: Moment = None
    timezone: TimeZone = "UTC"
    approval_required: bool = False


class PostReference(_Form):
    """The body or query of calls that take nothing but a post."""

    post_id: str

    def id(self) -> UUID:
        """Return the post's id.

        Raises:
            NotFound: it is no UUID, so that no post can have it.
        """
        try:
            return UUID(self.post_id)
        except ValueError:
            raise NotFound("There is no post with this id among yours.", code="post_not_found") from None


class PostChanges(PostReference):
    """The body of posts/update: a field that is missing stays as it is, and null clears one that may be empty.

    ``version``: refuse the change unless the post still is in this version.
    """

    content: Content = ""
    platforms: Platforms = []
    media_urls: MediaUrls = []
    campaign: Campaign | None = None
    notes: Notes | None = None
    scheduled_at: Moment = None
    timezone: TimeZone = "UTC"
    approval_required: bool = False
    version: Annotated[int, Field(ge=1, le=2_147_483_647)] | None = None

    def given(self) -> list[str]:
        """Return the names of the fields to be changed, as they stand in the body."""
        names = self.model_fields_set - {"post_id", "version"}
        return sorted(to_camel(name) for name in names)


class PostQuery(_Form):
    """The query of posts/list."""

    status: Annotated[str, one_of("status", STATUSES)] | None = None
    platform: Platform | None = None
    campaign: Campaign | None = None
    skip: Annotated[Number, Field(ge=0, le=MAX_SKIP)] = 0
    take: Annotated[Number, Field(ge=1, le=MAX_TAKE)] = 50
    order_by: Annotated[str, one_of("orderBy", ORDERS)] = "newest"
    cursor: str | None = None
