"""The form of posts/archive."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from minutehand.posts.forms.base import Form, post_uuid
from minutehand.runtime.validation import Problem

DEFAULT_DAYS = 90
MAX_DAYS = 36_500


class Archiving(Form):
    """The body of posts/archive: one post, or all that went out longer ago than so many days."""

    post_id: str | None = None
    days_old: Annotated[int, Field(ge=0, le=MAX_DAYS)] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if self.post_id is not None and self.days_old is not None:
            raise Problem("Give either postId, for one post, or daysOld, for all that are older.")
        return self

    def id(self) -> UUID | None:
        """Return the id of the one post that is meant; None when all older ones are. Raises `NotFound`."""
        return None if self.post_id is None else post_uuid(self.post_id)

    def days(self) -> int:
        """Return how many days ago a post must have gone out at least."""
        return DEFAULT_DAYS if self.days_old is None else self.days_old
