"""Approves a post, or rejects it with a comment."""

from typing import Any

from minutehand.posts.approval import decide
from minutehand.posts.forms.approve import Decision
from minutehand.queue.after_commit import send_queued
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.config import QueueConfig
from minutehand.runtime.request import Request
from minutehand.runtime.validation import parse

handler = function = ApiFunction("/api/social/posts/approve", QueueConfig, after_commit=send_queued)


@function.on("POST")
def approve_post(request: Request) -> dict[str, Any]:
    """Respond with the decided post."""
    approver, decision = request.writer(), parse(Decision, request.json())
    return decide(function.db, approver, decision, config=function.config, now=function.clock.now())
