"""Maintains the connected accounts every five minutes: refreshes and revokes tokens, writes events about access that
ends soon, and deletes expired authorizations and connect links.
"""

from dataclasses import asdict
from datetime import timedelta
from functools import partial
from typing import Any

from aws_lambda_powertools.logging import correlation_paths

from minutehand.oauth.configs.refresher import RefresherConfig
from minutehand.oauth.maintenance import maintain
from minutehand.oauth.resources import open_refresher, open_revoker
from minutehand.runtime.database_url import database
from minutehand.runtime.function import Function

SPARE = timedelta(seconds=35)
"""The time reserved at the end of an invocation to receive the response to a refresh and to save the new token."""

function = Function(RefresherConfig)


@function.logger.inject_lambda_context(correlation_id_path=correlation_paths.EVENT_BRIDGE)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Carry out the tasks that are due, and return the counts; see `MaintenanceReport`."""
    function.require_place(context)
    report = maintain(
        partial(database, function.config),
        function.resource(open_refresher),
        function.resource(open_revoker),
        function.clock,
        deadline=function.deadline(context, spare=SPARE),
    )
    function.logger.info("account maintenance", extra=asdict(report))
    return asdict(report)
