"""Upgrades the database schema: as a custom resource at deploys that change it, or when an operator invokes it."""

import json
import urllib.request
from typing import Any

from aws_lambda_powertools.logging import Logger

from minutehand.migrations.migrate import upgrade
from minutehand.runtime.config import DatabaseConfig
from minutehand.runtime.database_url import database_url

logger = Logger()


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, str]:
    """Upgrade to the newest revision, and respond to CloudFormation if it sent the event.

    Deleting the stack changes nothing in the database.
    """
    if "ResponseURL" not in event:
        return _upgrade()
    status, reason, data = "SUCCESS", "", {}
    try:
        if event["RequestType"] != "Delete":
            data = _upgrade()
    except Exception as error:
        logger.exception("the migration failed")
        status, reason = "FAILED", f"{type(error).__name__}: see the log stream {context.log_stream_name}"
    _respond(event, status, reason, data)
    return data


def _upgrade() -> dict[str, str]:
    return {"revision": str(upgrade(database_url(DatabaseConfig.from_environ())))}


def _respond(event: dict[str, Any], status: str, reason: str, data: dict[str, str]) -> None:
    body = {
        "Status": status,
        "Reason": reason,
        "PhysicalResourceId": event.get("PhysicalResourceId", "schema"),
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
        "Data": data,
    }
    request = urllib.request.Request(  # noqa: S310 the URL comes from CloudFormation
        event["ResponseURL"], data=json.dumps(body).encode(), method="PUT", headers={"Content-Type": ""}
    )
    urllib.request.urlopen(request, timeout=10).close()  # noqa: S310
