"""The request of posts/plan: a period, and the page of its posts."""

from typing import Annotated

from pydantic import Field

from minutehand.posts.forms.moment import Moment
from minutehand.runtime.page_query import PageQuery
from minutehand.runtime.timezones import TimeZone


class PlanQuery(PageQuery):
    """The query of posts/plan."""

    from_: Annotated[Moment, Field(alias="from")]
    to: Moment
    timezone: TimeZone = "UTC"
