"""Creates a post: a draft, or a scheduled post if it has a time."""

from typing import Any

from minutehand.platforms.resources import open_prober
from minutehand.posts.config import ProbingConfig
from minutehand.posts.forms.create import NewPost
from minutehand.posts.writing import PreparedPost, create, prepare
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.request import Request
from minutehand.runtime.validation import parse

handler = function = ApiFunction("/api/social/posts/create", ProbingConfig)


def check(request: Request) -> PreparedPost:
    """Return the post with the warnings about it."""
    writer, new = request.writer(), parse(NewPost, request.json())
    return prepare(function.db, writer, new, prober=function.lazy(open_prober), now=function.clock.now())


@function.on("POST", status=201, idempotent="posts.create", prepare=check)
def create_post(request: Request, post: PreparedPost) -> dict[str, Any]:
    """Respond with the post."""
    return create(function.db, post)
