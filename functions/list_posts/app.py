"""Lists posts in pages, with filters."""

from minutehand.posts.forms.list import PostQuery
from minutehand.posts.listing import PostPage, page
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.permissions import READ
from minutehand.runtime.request import Request

handler = function = ApiFunction("/api/social/posts/list", DatabaseConfig)


@function.on("GET", READ)
def list_posts(request: Request) -> PostPage:
    """Return a page of posts and the cursor of the next page."""
    return page(function.db, request.reader(), request.form(PostQuery))
