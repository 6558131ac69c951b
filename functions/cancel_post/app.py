"""Cancels the job of a post, except for publications that are public or may be public."""

from minutehand.posts.forms.base import PostReference
from minutehand.posts.scheduling import CancelledPost, cancel
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.permissions import WRITE
from minutehand.runtime.request import Request

handler = function = ApiFunction("/api/social/posts/cancel", DatabaseConfig)


@function.on("POST", WRITE)
def cancel_post(request: Request) -> CancelledPost:
    """Cancel the post, and return it."""
    writer, post_id = request.writer(), request.form(PostReference).id()
    return cancel(function.db, writer, post_id, now=function.now())
