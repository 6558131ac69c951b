"""Lists posts in pages, with filters."""

from typing import Any

from minutehand.posts.forms.list import PostQuery
from minutehand.posts.reading import page
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.request import Request
from minutehand.runtime.validation import parse

handler = function = ApiFunction("/api/social/posts/list", DatabaseConfig)


@function.on("GET")
def list_posts(request: Request) -> dict[str, Any]:
    """Respond with a page of posts and the cursor of the next page."""
    return page(function.db, request.reader(), parse(PostQuery, request.query()))
