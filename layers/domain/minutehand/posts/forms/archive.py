"""The form of posts/archive."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from minutehand.posts.forms.base import Form, post_uuid
from minutehand.runtime.validation import invalid

DEFAULT_DAYS = 90
MAX_DAYS = 36_500


class Archiving(Form):
    """The body of posts/archive: one post, or all that went out longer ago than so many days."""

    post_id: str | None = None
    days_old: Annotated[int, Field(ge=0, le=MAX_DAYS)] | None = None

    def id(self) -> UUID | None:
        """Return the id of the one post that is meant; None when all older ones are.

        Raises:
            InvalidInput: both are given.
            NotFound: it is no UUID, so that no post can have it.
        """
        if self.post_id is None:
            return None
        if self.days_old is not None:
            sentence = "Give either postId, for one post, or daysOld, for all that are older."
            raise invalid("daysOld", sentence, given=self.days_old)
        return post_uuid(self.post_id)

    def days(self) -> int:
        """Return how many days ago a post must have gone out at least."""
        return DEFAULT_DAYS if self.days_old is None else self.days_old
