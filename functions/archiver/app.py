"""Archives old published posts once a day."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from minutehand.posts.archive import Archived, archive_older
from minutehand.posts.config import ArchiverConfig
from minutehand.runtime.actor import Actor
from minutehand.runtime.function import Function

SPARE = timedelta(seconds=10)
"""The time reserved at the end of an invocation to finish a batch."""

function = Function(ArchiverConfig)


@function.logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Archive old posts and return their number. If the time runs out, the next invocation archives the rest."""
    function.require_place(context)
    days, done = function.config.archive_after_days, Archived()
    if days:
        deadline = function.deadline(context, spare=SPARE)
        done = archive_older(
            function.db, function.clock, owner_id=None, days_old=days, actor=Actor("archiver"), deadline=deadline
        )
    function.logger.info("archived", extra=asdict(done))
    return asdict(done)
