"""Approves a post, or rejects it with a comment."""

from minutehand.posts.approval import decide
from minutehand.posts.forms.approve import Decision
from minutehand.posts.rendering import SavedPost
from minutehand.queue.after_commit import send_queued
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.configs.queue import QueueConfig
from minutehand.runtime.permissions import APPROVE
from minutehand.runtime.request import Request

handler = function = ApiFunction("/api/social/posts/approve", QueueConfig, after_commit=send_queued)


@function.on("POST", APPROVE)
def approve_post(request: Request) -> SavedPost:
    """Approve or reject the post, and return it."""
    approver, decision = request.reader(), request.form(Decision)
    return decide(function.db, approver, decision, config=function.config, now=function.now())
