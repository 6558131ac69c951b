"""The request of posts/list."""

from typing import Annotated

from pydantic import Field

from minutehand.posts.fields import Campaign, Platform, one_of
from minutehand.runtime.form import Number, PageQuery

STATUSES = ("draft", "scheduled", "queued", "published", "failed", "archived")
ORDERS = ("newest", "oldest", "scheduled")
MAX_SKIP = 10_000
"""The maximum number of posts to skip. To read later posts, callers use a cursor, which is equally fast at any depth.
"""


class PostQuery(PageQuery):
    """The query of posts/list."""

    status: Annotated[str, one_of("status", STATUSES)] | None = None
    platform: Platform | None = None
    campaign: Campaign | None = None
    skip: Annotated[Number, Field(ge=0, le=MAX_SKIP)] = 0
    order_by: Annotated[str, one_of("orderBy", ORDERS)] = "newest"
