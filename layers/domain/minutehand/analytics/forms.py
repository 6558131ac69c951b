"""The requests of posts/analytics, for the metrics of one post or for sums over a period."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from minutehand.owners.forms import Day
from minutehand.platforms.fields import Platform
from minutehand.queue.errors import post_not_found
from minutehand.runtime.form import Form, Id, parse_id
from minutehand.runtime.timezones import TimeZone
from minutehand.runtime.validation import Problem

type Grouping = Literal["platform", "campaign", "day", "connection"]


def _connection_id(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise Problem("connectionId must be the id of a connection.") from None


class PostMetricsQuery(Form):
    """The query of posts/analytics for one post."""

    post_id: Id

    def id(self) -> UUID:
        """Return the id of the post. Raises `NotFound` if it is not a UUID."""
        return parse_id(self.post_id, post_not_found)


class SumsQuery(Form):
    """The query of posts/analytics for a period. ``to`` is the day after the last day."""

    from_: Annotated[Day, Field(alias="from")]
    to: Day
    timezone: TimeZone | None = None
    group_by: Grouping | None = None
    platform: Platform | None = None
    campaign: Annotated[str, StringConstraints(max_length=200)] | None = None
    connection_id: Annotated[Id, AfterValidator(_connection_id)] | None = None
