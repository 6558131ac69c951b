"""Serves calendar feeds to calendar programs, which do not authenticate. The secret of a feed determines the owner."""

from minutehand.feeds.forms import FeedQuery
from minutehand.feeds.resources import open_feeds
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.permissions import ANYONE
from minutehand.runtime.request import Request
from minutehand.runtime.response import Response

handler = function = ApiFunction("/api/social/feeds/calendar.ics", DatabaseConfig)


@function.on("GET", ANYONE)
def read_feed(request: Request) -> Response:
    """Return the owner's recent and upcoming posts in the iCalendar format."""
    query = request.form(FeedQuery, confidential=True)
    text = function.resource(open_feeds).calendar(query.token, now=function.now())
    return Response(200, text, content_type="text/calendar; charset=utf-8")
