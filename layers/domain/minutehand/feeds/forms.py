"""The requests of the calls that create, revoke and fetch calendar feeds."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, StringConstraints

from minutehand.runtime.errors import NotFound
from minutehand.runtime.form import Form, Id, parse_id
from minutehand.runtime.validation import Problem

MAX_NAME_CHARACTERS = 100


def _printable(name: str) -> str:
    name = name.strip()
    if not name or not name.isprintable():
        raise Problem("name must not be blank, and must contain only printable characters.")
    return name


class NewFeed(Form):
    """The body of the call that creates a feed. ``name``: a name that tells people which program reads the feed."""

    name: Annotated[str, StringConstraints(max_length=MAX_NAME_CHARACTERS), AfterValidator(_printable)]


class FeedReference(Form):
    """The body of the call that revokes a feed."""

    feed_id: Id

    def id(self) -> UUID:
        """Return the feed's id.

        Raises:
            NotFound: the id is not a UUID, so no feed has this id.
        """
        return parse_id(self.feed_id, feed_not_found)


class FeedQuery(Form):
    """The query with which a calendar program fetches a feed. ``token``: the secret of the feed."""

    token: str


def feed_not_found() -> NotFound:
    """Return the error for a feed that does not exist, was revoked or belongs to another person."""
    return NotFound("There is no feed with this id or token, or it was revoked.", code="feed_not_found")
