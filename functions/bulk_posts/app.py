"""Carries out an action on up to 500 posts."""

from datetime import timedelta

from minutehand.link_cards.resources import open_card_fetcher
from minutehand.platforms.resources import open_prober
from minutehand.posts.bulk import BulkReport, run
from minutehand.posts.bulk_actions import Actions
from minutehand.posts.configs.scheduling import SchedulingConfig
from minutehand.posts.forms.bulk import BulkRequest
from minutehand.queue.after_commit import send_queued
from minutehand.runtime.api_function import ApiFunction
from minutehand.runtime.idempotency import IdempotentRequest
from minutehand.runtime.permissions import WRITE
from minutehand.runtime.request import Request

MAX_DURATION = timedelta(seconds=15)
"""The time after which a call does not begin the action on another post. The last post can use the remaining time until
the function's timeout.
"""

handler = function = ApiFunction("/api/social/posts/bulk", SchedulingConfig, after_commit=send_queued)


# The action `approve` also requires the scope `approve`.
@function.on("POST", WRITE, idempotent="posts.bulk", stepwise=True)
def run_bulk_action(request: Request) -> BulkReport:
    """Carry out the action on each post, and return the results."""
    writer, deadline = request.writer(), function.now() + MAX_DURATION
    actions = Actions(
        function.db,
        writer,
        request.form(BulkRequest),
        function.config,
        prober=function.lazy(open_prober),
        fetcher=function.lazy(open_card_fetcher),
        now=function.now,
    )
    repeatable = IdempotentRequest("posts.bulk", writer.owner_id, request.idempotency_key, request.json())
    return run(actions, repeatable, deadline=deadline)
