"""Refreshes the tokens of all accounts, and revokes those of disconnected accounts, every five minutes."""

from dataclasses import asdict
from datetime import timedelta
from functools import partial
from typing import Any

from aws_lambda_powertools.logging import correlation_paths

from minutehand.oauth.config import RefresherConfig
from minutehand.oauth.maintenance import maintain
from minutehand.oauth.resources import open_refresher, open_revoker
from minutehand.runtime.database_url import database
from minutehand.runtime.function import Function

SPARE = timedelta(seconds=35)
"""Reserved at the end of the invocation for a refresh that has begun: the platform's response, and the save."""

function = Function(RefresherConfig)


@function.logger.inject_lambda_context(correlation_id_path=correlation_paths.EVENT_BRIDGE)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Do the maintenance that is due, and return its counts."""
    report = maintain(
        partial(database, function.config),
        function.resource(open_refresher),
        function.resource(open_revoker),
        function.clock,
        deadline=function.deadline(context, spare=SPARE),
    )
    function.logger.info("account maintenance", extra=asdict(report))
    return asdict(report)
