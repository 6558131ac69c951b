"""The request of posts/update: the fields to change and, optionally, the expected version of the post."""

from typing import Annotated

from pydantic import Field

from minutehand.posts.forms.base import PostReference
from minutehand.posts.forms.post import FIELDS, PostFields


class PostChanges(PostFields, PostReference, defer_build=False):
    """The body of posts/update. A field that is not given keeps its value. Null clears a field that may be empty.

    ``version``: the change is refused if the post no longer has this version.
    """

    version: Annotated[int, Field(ge=1, le=2_147_483_647)] | None = None

    def given(self) -> list[str]:
        """Return the names of the fields to change, as they are spelled in the body."""
        return sorted(name for column, name in FIELDS.items() if column in self.model_fields_set)
