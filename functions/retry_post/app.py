"""Retries the unpublished publications of a failed post, and the cancelled ones of a published post. An unknown
publication is retried only if the caller confirms that it was not published.
"""

from minutehand.posts.forms.retry import RetryRequest
from minutehand.posts.scheduling import ScheduledJob, retry
from minutehand.queue.after_commit import send_queued
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.configs.queue import QueueConfig
from minutehand.runtime.permissions import WRITE
from minutehand.runtime.request import Request

handler = function = ApiFunction("/api/social/posts/retry", QueueConfig, after_commit=send_queued)


@function.on("POST", WRITE, idempotent="posts.retry")
def retry_post(request: Request) -> ScheduledJob:
    """Create a new job for the post, and return the job."""
    writer, form = request.writer(), request.form(RetryRequest)
    return retry(function.db, writer, form.id(), form.confirmed(), config=function.config, now=function.now())
