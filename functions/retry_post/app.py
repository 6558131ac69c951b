"""Retries a failed post: publishes its missing publications, and none twice."""

from typing import Any

from minutehand.posts.forms.retry import RetryRequest
from minutehand.posts.scheduling import retry
from minutehand.queue.after_commit import send_queued
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.config import QueueConfig
from minutehand.runtime.request import Request
from minutehand.runtime.validation import parse

handler = function = ApiFunction("/api/social/posts/retry", QueueConfig, after_commit=send_queued)


@function.on("POST", idempotent="posts.retry")
def retry_post(request: Request) -> dict[str, Any]:
    """Respond with the new job."""
    writer, form = request.writer(), parse(RetryRequest, request.json())
    return retry(function.db, writer, form.id(), form.confirmed(), config=function.config, now=function.clock.now())
