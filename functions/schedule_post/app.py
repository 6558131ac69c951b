"""Creates the job of a scheduled post. If the post is due within the horizon, it is queued immediately."""

from uuid import UUID

from minutehand.platforms.resources import open_prober
from minutehand.posts.configs.scheduling import SchedulingConfig
from minutehand.posts.forms.base import PostReference
from minutehand.posts.scheduling import ScheduledJob, require_valid, schedule
from minutehand.queue.after_commit import send_queued
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.permissions import WRITE
from minutehand.runtime.request import Request

handler = function = ApiFunction("/api/social/posts/schedule", SchedulingConfig, after_commit=send_queued)


def check(request: Request) -> UUID:
    """Check that the post's platforms would accept the post, and return its id."""
    writer, post_id = request.writer(), request.form(PostReference).id()
    require_valid(function.db, writer, post_id, prober=function.lazy(open_prober), now=function.now())
    return post_id


@function.on("POST", WRITE, idempotent="posts.schedule", prepare=check)
def schedule_post(request: Request, post_id: UUID) -> ScheduledJob:
    """Create the job of the post, unless the post already has a job, and return the job."""
    return schedule(function.db, request.writer(), post_id, config=function.config, now=function.now())
