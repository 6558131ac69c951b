"""Returns one post with its publications and, on request, its history, attempts, metrics and connections."""

from typing import Any

from minutehand.posts.forms.get import PostView
from minutehand.posts.reading import view
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.request import Request
from minutehand.runtime.validation import parse

handler = function = ApiFunction("/api/social/posts/get", DatabaseConfig)


@function.on("GET")
def get_post(request: Request) -> dict[str, Any]:
    """Respond with the post and with what ``include`` names."""
    reader, query = request.reader(), parse(PostView, request.query())
    return view(function.db, reader, query.id(), query.included())
