"""Lists the events of the caller's owner in a stable order."""

from minutehand.events.forms import EventQuery
from minutehand.events.reading import EventPage, page
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.permissions import READ
from minutehand.runtime.request import Request

handler = function = ApiFunction("/api/social/events", DatabaseConfig)


@function.on("GET", READ)
def list_events(request: Request) -> EventPage:
    """Return a page of the events after the cursor, and the cursor of the next page."""
    return page(function.db, request.reader(), request.form(EventQuery))
