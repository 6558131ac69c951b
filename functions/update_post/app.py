"""Changes a draft or scheduled post, and sends its publications if the new time is within the horizon."""

from minutehand.platforms.resources import open_prober
from minutehand.posts.config import SchedulingConfig
from minutehand.posts.forms.update import PostChanges
from minutehand.posts.writing import update
from minutehand.queue.after_commit import send_queued
from minutehand.runtime.api_function import ApiFunction, Fields
from minutehand.runtime.request import Request

handler = function = ApiFunction("/api/social/posts/update", SchedulingConfig, after_commit=send_queued)


@function.on("PATCH", "PUT")
def update_post(request: Request) -> Fields:
    """Change the post and return it. Both methods change only the given fields."""
    return update(
        function.db,
        request.writer(),
        request.form(PostChanges),
        config=function.config,
        prober=function.lazy(open_prober),
        now=function.now(),
    )
