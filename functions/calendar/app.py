"""Lists the posts of a period for a calendar."""

from minutehand.posts.calendar import CalendarPage, entries
from minutehand.posts.forms.calendar import CalendarQuery
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.permissions import READ
from minutehand.runtime.request import Request

handler = function = ApiFunction("/api/social/posts/calendar", DatabaseConfig)


@function.on("GET", READ)
def get_calendar(request: Request) -> CalendarPage:
    """Return a page of the posts with a time in the period."""
    return entries(function.db, request.reader(), request.form(CalendarQuery))
