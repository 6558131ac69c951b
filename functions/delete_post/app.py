"""Deletes a post, unless it has been published or may have been published on a platform."""

from minutehand.posts.deletion import delete
from minutehand.posts.forms.base import PostReference
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.permissions import WRITE
from minutehand.runtime.request import Request
from minutehand.runtime.response_types import Confirmation

handler = function = ApiFunction("/api/social/posts/delete", DatabaseConfig)


@function.on("DELETE", WRITE)
def delete_post(request: Request) -> Confirmation:
    """Delete the post, and return a confirmation."""
    writer, post_id = request.writer(), request.form(PostReference).id()
    delete(function.db, writer, post_id, now=function.now())
    return {"message": "Post deleted successfully"}
