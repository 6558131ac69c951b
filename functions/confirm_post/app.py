"""Records a person's findings about unknown publications of a post."""

from minutehand.posts.forms.confirm import ConfirmRequest
from minutehand.posts.scheduling import ConfirmedPost, confirm
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.permissions import WRITE
from minutehand.runtime.request import Request

handler = function = ApiFunction("/api/social/posts/confirm", DatabaseConfig)


@function.on("POST", WRITE)
def confirm_post(request: Request) -> ConfirmedPost:
    """Record which unknown publications are on their platforms, and return the post."""
    return confirm(function.db, request.writer(), request.form(ConfirmRequest), now=function.now())
