from pydantic import Field

from minutehand.runtime.config import Config


class OpenPostsLimit(Config):
    """The maximum number of an owner's drafts, scheduled and queued posts: the template's parameter MaxOpenPosts."""

    max_open_posts: int = Field(default=10_000, ge=1)
