"""The request of posts/list."""

from typing import Annotated, Literal

from pydantic import Field

from minutehand.posts.fields import Campaign, Platform
from minutehand.runtime.form import Number, PageQuery

MAX_SKIP = 10_000
"""The maximum number of posts to skip. To read later posts, callers use a cursor, which is equally fast at any depth.
"""

type PostStatus = Literal["draft", "scheduled", "queued", "published", "failed", "archived"]
type PostOrder = Literal["newest", "oldest", "scheduled"]


class PostQuery(PageQuery):
    """The query of posts/list."""

    status: PostStatus | None = None
    platform: Platform | None = None
    campaign: Campaign | None = None
    skip: Annotated[Number, Field(ge=0, le=MAX_SKIP)] = 0
    order_by: PostOrder = "newest"
