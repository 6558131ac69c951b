"""The filters that posts/list, posts/calendar, posts/export and posts/bulk share."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from minutehand.platforms.fields import Platform
from minutehand.posts.fields import Campaign
from minutehand.posts.forms.moment import Moment
from minutehand.posts.statuses import ApprovalStatus, PostStatus
from minutehand.runtime.form import Form, Id
from minutehand.runtime.timezones import TimeZone
from minutehand.runtime.validation import Problem

MAX_QUERY_CHARACTERS = 200

type PostOrder = Literal["newest", "oldest", "scheduled", "latest"]
STATUSES: tuple[str, ...] = PostStatus.__value__.__args__


def _known_statuses(text: str) -> str:
    if not set(_names(text)) <= set(STATUSES):
        raise Problem(f"status must be one or more of {', '.join(STATUSES)}.", allowed=list(STATUSES))
    return text


def _names(text: str) -> list[str]:
    return list(dict.fromkeys(name.strip() for name in text.split(",")))


def _connection_id(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise Problem("connectionId must be the id of a connection.") from None


class PostFilters(Form, defer_build=True):
    """The filters of lists of posts. A post must match all given filters.

    Each subclass that validates requests sets ``defer_build`` to False; see `PostFields`.
    """

    status: Annotated[str, AfterValidator(_known_statuses)] | None = None
    platform: Platform | None = None
    connection_id: Annotated[Id, AfterValidator(_connection_id)] | None = None
    campaign: Campaign | None = None
    approval_status: ApprovalStatus | None = None
    failure_code: Annotated[str, Field(max_length=100)] | None = None
    q: Annotated[str, Field(max_length=MAX_QUERY_CHARACTERS)] | None = None
    from_: Annotated[Moment | None, Field(alias="from")] = None
    to: Moment | None = None
    timezone: TimeZone = "UTC"

    def statuses(self) -> list[str]:
        """Return the statuses that ``status`` lists, or an empty list if ``status`` is not given."""
        return [] if self.status is None else _names(self.status)
