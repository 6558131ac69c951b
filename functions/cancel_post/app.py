"""Cancels a post whose publish calls have not begun."""

from typing import Any

from minutehand.posts.forms.base import PostReference
from minutehand.posts.scheduling import cancel
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.request import Request
from minutehand.runtime.validation import parse

handler = function = ApiFunction("/api/social/posts/cancel", DatabaseConfig)


@function.on("POST")
def cancel_post(request: Request) -> dict[str, Any]:
    """Respond with the cancelled post."""
    writer, post_id = request.writer(), parse(PostReference, request.json()).id()
    return cancel(function.db, writer, post_id, now=function.clock.now())
