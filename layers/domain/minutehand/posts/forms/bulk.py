"""The request of posts/bulk: an action, and the posts that it concerns."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from minutehand.posts.forms.filters import PostFilters
from minutehand.runtime.form import Form, Id
from minutehand.runtime.validation import invalid, shortened

MAX_POSTS = 500
MAX_SHIFT_DAYS = 3_653
MAX_SHIFT_MINUTES = 1_440

type BulkAction = Literal["schedule", "cancel", "delete", "shift", "retry", "approve", "archive", "duplicate"]


class BulkRequest(Form):
    """The body of posts/bulk: an action, and either the ids of the posts or a filter that matches them.

    ``days``, ``minutes``: the interval by which the action ``shift`` moves the time of each post. The interval is added
    to the wall-clock time in the time zone of the post.
    """

    action: BulkAction
    post_ids: Annotated[list[Id], Field(min_length=1, max_length=MAX_POSTS)] | None = None
    filter: PostFilters | None = None
    days: Annotated[int, Field(ge=-MAX_SHIFT_DAYS, le=MAX_SHIFT_DAYS)] = 0
    minutes: Annotated[int, Field(ge=-MAX_SHIFT_MINUTES, le=MAX_SHIFT_MINUTES)] = 0

    def require_consistent(self) -> None:
        """Check the fields that depend on each other.

        Raises:
            InvalidInput: neither or both of ``postIds`` and ``filter`` are given, an id is listed twice, ``shift`` has
                neither ``days`` nor ``minutes``, or another action has one of them.
        """
        if (self.post_ids is None) == (self.filter is None):
            raise invalid("postIds", "Give either postIds or filter.", given=None)
        moves = self.days != 0 or self.minutes != 0
        if moves != (self.action == "shift"):
            shift = self.action == "shift"
            sentence = (
                "The action shift needs days or minutes."
                if shift
                else "days and minutes are allowed only for the action shift."
            )
            raise invalid("days", sentence, given=self.days)
        seen: set[str] = set()
        for index, post_id in enumerate(self.post_ids or ()):
            if normal_id(post_id) in seen:
                sentence = f'postIds lists "{shortened(post_id)}" twice.'
                raise invalid(f"postIds[{index}]", sentence, given=post_id)
            seen.add(normal_id(post_id))


def normal_id(text: str) -> str:
    """Return the canonical form of an id. A text that is not an id is returned unchanged."""
    try:
        return str(UUID(text))
    except ValueError:
        return text
