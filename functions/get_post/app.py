"""Returns one post with its publications and, on request, its history, attempts, metrics and connections."""

from minutehand.posts.details import PostDetails, view
from minutehand.posts.forms.get import PostView
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.permissions import READ
from minutehand.runtime.request import Request

handler = function = ApiFunction("/api/social/posts/get", DatabaseConfig)


@function.on("GET", READ)
def get_post(request: Request) -> PostDetails:
    """Return the post and the additional data that ``include`` names."""
    reader, query = request.reader(), request.form(PostView)
    return view(function.db, reader, query.id(), query.included(), now=function.now())
