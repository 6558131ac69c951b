"""The request of posts/archive, for one post or for all old posts."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from minutehand.queue.errors import post_not_found
from minutehand.runtime.form import Form, Id, parse_id
from minutehand.runtime.validation import invalid

DEFAULT_DAYS_OLD = 90
MAX_DAYS_OLD = 36_500


class ArchiveRequest(Form):
    """The body of posts/archive, for one post or for all posts published more than ``daysOld`` days ago."""

    post_id: Id | None = None
    days_old: Annotated[int, Field(ge=0, le=MAX_DAYS_OLD)] | None = None

    def id(self) -> UUID | None:
        """Return the id of the post to archive, or None if all old posts are to be archived.

        Raises:
            InvalidInput: postId and daysOld are both given.
            NotFound: postId is not a UUID, so it is not the id of a post.
        """
        if self.post_id is None:
            return None
        if self.days_old is not None:
            sentence = "Give either postId, for one post, or daysOld, for all older posts."
            raise invalid("daysOld", sentence, given=self.days_old)
        return parse_id(self.post_id, post_not_found)

    def days(self) -> int:
        """Return the minimum number of days since a post's publication."""
        return DEFAULT_DAYS_OLD if self.days_old is None else self.days_old
