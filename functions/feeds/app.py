"""Creates, lists and revokes calendar feeds."""

from minutehand.feeds import management
from minutehand.feeds.forms import FeedReference, NewFeed
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.permissions import READ_AS_PERSON
from minutehand.runtime.request import Request
from minutehand.runtime.response import Response, success
from minutehand.runtime.response_types import Confirmation

handler = function = ApiFunction("/api/social/feeds", DatabaseConfig)


@function.on("GET", READ_AS_PERSON)
def list_feeds(request: Request) -> management.FeedList:
    """Return the caller's feeds or, if the caller is an admin, all feeds of the owner."""
    return management.list_feeds(function.db, request.reader())


@function.on("POST", READ_AS_PERSON, status=201, idempotent="feeds.create")
def create_feed(request: Request) -> Response[management.CreatedFeed]:
    """Create a feed, and return its secret path. A repeated request with the same Idempotency-Key returns no path."""
    feed, secret = management.create(function.db, request.reader(), request.form(NewFeed), now=function.now())
    created = management.CreatedFeed(feed=feed, path=f"feeds/calendar.ics?token={secret}")
    return success(created, 201).stored_as(success({**created, "path": None}, 201))


@function.on("DELETE", READ_AS_PERSON)
def revoke_feed(request: Request) -> Confirmation:
    """Revoke the feed, and return a confirmation."""
    return management.revoke(function.db, request.reader(), request.form(FeedReference))
