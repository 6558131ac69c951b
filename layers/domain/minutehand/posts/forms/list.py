"""The request of posts/list: the filters, the page and the order."""

from typing import Annotated

from pydantic import Field

from minutehand.posts.forms.filters import PostFilters, PostOrder
from minutehand.runtime.page_query import Number, PageQuery

MAX_SKIP = 10_000
"""The maximum number of posts to skip. To read later posts, callers use a cursor, which is equally fast at any depth.
"""


class PostQuery(PostFilters, PageQuery, defer_build=False):
    """The query of posts/list."""

    skip: Annotated[Number, Field(ge=0, le=MAX_SKIP)] = 0
    order_by: PostOrder = "newest"
