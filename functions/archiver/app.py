"""Archives old posts, and deletes old events, old entries of the ledger and unneeded link cards, once a day."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from minutehand.events.pruning import prune_history
from minutehand.link_cards.pruning import prune_cards
from minutehand.posts.archive import Archived, archive_older
from minutehand.posts.configs.archiver import ArchiverConfig
from minutehand.runtime.actor import Actor
from minutehand.runtime.function import Function

SPARE = timedelta(seconds=10)
"""The time reserved at the end of an invocation to finish a batch."""

function = Function(ArchiverConfig)


@function.logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Archive old posts, delete old events, old entries of the ledger and unneeded link cards. Return the counts.

    If the time runs out, the next invocation continues the work.
    """
    function.require_place(context)
    days, done, deadline = function.config.archive_after_days, Archived(), function.deadline(context, spare=SPARE)
    if days:
        done = archive_older(
            function.db, function.clock, owner_id=None, days_old=days, actor=Actor("archiver"), deadline=deadline
        )
    pruned = prune_history(function.db, function.clock, days=function.config.event_days, deadline=deadline)
    cards = prune_cards(function.db, function.clock, deadline=deadline)
    report = asdict(done) | asdict(pruned) | {"cards": cards}
    function.logger.info("archived", extra=report)
    return report
