"""Brings the schema up to date at each deploy, as a custom resource of the stack, or when invoked by hand."""

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
    """Upgrade to the newest revision; answer CloudFormation when it was it who asked.

    A stack that is deleted keeps its database: nothing is undone.
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
    _answer(event, status, reason, data)
    return data


def _upgrade() -> dict[str, str]:
    return {"revision": str(upgrade(database_url(DatabaseConfig.from_environ())))}


def _answer(event: dict[str, Any], status: str, reason: str, data: dict[str, str]) -> None:
    body = {
        "Status": status,
        "Reason": reason,
        "PhysicalResourceId": event.get("PhysicalResourceId", "schema"),
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
        "Data": data,
    }
    request = urllib.request.Request(  # noqa: S310 the URL is CloudFormation's own
        event["ResponseURL"], data=json.dumps(body).encode(), method="PUT", headers={"Content-Type": ""}
    )
    urllib.request.urlopen(request, timeout=10).close()  # noqa: S310
