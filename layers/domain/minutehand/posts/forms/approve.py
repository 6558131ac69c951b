"""The request of posts/approve: a decision and, optionally, a comment and the reviewed version."""

from typing import Annotated

from pydantic import Field, StringConstraints

from minutehand.posts.forms.base import PostReference

MAX_COMMENT_CHARACTERS = 2_000


class Decision(PostReference):
    """The body of posts/approve.

    ``version``: the version that the caller has reviewed. The decision is refused if the post has another version.
    """

    approved: bool
    comment: Annotated[str, StringConstraints(max_length=MAX_COMMENT_CHARACTERS)] | None = None
    version: Annotated[int, Field(ge=1, le=2_147_483_647)] | None = None

    def trimmed_comment(self) -> str | None:
        """Return the comment without surrounding spaces, or None if the comment is blank."""
        return (self.comment or "").strip() or None
