"""Creates a post: a draft, a scheduled post if it has a time, or a queued post if its time is within the horizon."""

from minutehand.platforms.resources import open_prober
from minutehand.posts.config import SchedulingConfig
from minutehand.posts.forms.create import NewPost
from minutehand.posts.writing import PreparedPost, create, prepare
from minutehand.queue.after_commit import send_queued
from minutehand.runtime.api_function import ApiFunction, Fields
from minutehand.runtime.request import Request

handler = function = ApiFunction("/api/social/posts/create", SchedulingConfig, after_commit=send_queued)


def check(request: Request) -> PreparedPost:
    """Validate the post and return it with its warnings."""
    writer, new = request.writer(), request.form(NewPost)
    return prepare(function.db, writer, new, prober=function.lazy(open_prober), now=function.now())


@function.on("POST", status=201, idempotent="posts.create", prepare=check)
def create_post(request: Request, post: PreparedPost) -> Fields:
    """Create the post, and return it with its job if it is queued."""
    return create(function.db, request.writer(), post, config=function.config, now=function.now())
