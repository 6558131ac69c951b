"""Deletes a post, unless one of its publications is or may be on its platform."""

from minutehand.posts.forms.base import PostReference
from minutehand.posts.writing import delete
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.request import Request
from minutehand.runtime.validation import parse

handler = function = ApiFunction("/api/social/posts/delete", DatabaseConfig)


@function.on("DELETE")
def delete_post(request: Request) -> dict[str, str]:
    """Respond that the post is deleted."""
    writer, post_id = request.writer(), parse(PostReference, request.json()).id()
    delete(function.db, writer, post_id, now=function.clock.now())
    return {"message": "Post deleted successfully"}
