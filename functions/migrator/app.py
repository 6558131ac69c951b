"""Upgrades the database schema, as a custom resource in each deployment that changes the package minutehand, or when an
operator invokes the function.
"""

from typing import Any

from minutehand.migrations.custom_resource import respond
from minutehand.migrations.migrate import upgrade
from minutehand.migrations.roles import grant
from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.database_url import database_url
from minutehand.runtime.function import Function

function = Function(DatabaseConfig)


@function.logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, str]:
    """Upgrade to the newest revisions that may run, and grant the roles their privileges.

    If CloudFormation sent the event, respond to it. When the stack is deleted, the database stays unchanged.
    """
    if "ResponseURL" not in event:
        return _upgrade(context)
    status, reason, data = "SUCCESS", "", {}
    try:
        if event["RequestType"] != "Delete":
            data = _upgrade(context)
    except Exception as error:
        function.logger.exception("the migration failed")
        status, reason = "FAILED", f"{type(error).__name__}: see the log stream {context.log_stream_name}"
    respond(event, status, reason, data)
    return data


def _upgrade(context: Any) -> dict[str, str]:
    function.require_place(context)
    url = database_url(function.config)
    revision = upgrade(url)
    if missing := grant(url):
        function.logger.warning("these roles do not exist and could not be created", extra={"missing": missing})
    return {"revision": str(revision)}
