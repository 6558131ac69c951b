"""The request of posts/calendar: the filters of lists, and a required period."""

from typing import Annotated

from pydantic import Field

from minutehand.posts.forms.filters import PostFilters
from minutehand.posts.forms.moment import Moment
from minutehand.runtime.page_query import Number

MAX_ENTRIES = 2_000
"""The maximum number of posts in one page of the calendar."""


class CalendarQuery(PostFilters, defer_build=False):
    """The query of posts/calendar."""

    from_: Annotated[Moment, Field(alias="from")]
    to: Moment
    take: Annotated[Number, Field(ge=1, le=MAX_ENTRIES)] = MAX_ENTRIES
    cursor: str | None = None
