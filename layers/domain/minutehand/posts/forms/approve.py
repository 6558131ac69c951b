"""The form of posts/approve."""

from typing import Annotated

from pydantic import Field, StringConstraints

from minutehand.posts.forms.base import PostReference

MAX_COMMENT_CHARACTERS = 2_000


class Decision(PostReference):
    """The body of posts/approve.

    ``version``: decide only when the post still is in this version, the one that the caller has looked at.
    """

    approved: bool
    comment: Annotated[str, StringConstraints(max_length=MAX_COMMENT_CHARACTERS)] | None = None
    version: Annotated[int, Field(ge=1, le=2_147_483_647)] | None = None

    def said(self) -> str | None:
        """Return the comment without the spaces around it; None when nothing is left of it."""
        return (self.comment or "").strip() or None
