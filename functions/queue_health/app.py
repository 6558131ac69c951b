"""Says whether the queue has what it needs: 200 when it has, 503 with what is missing when not."""

from functools import cache
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.logging import Logger, correlation_paths

from minutehand.operations.config import HealthConfig
from minutehand.operations.health import health_report, run_checks
from minutehand.operations.rule import TickRule
from minutehand.runtime import aws
from minutehand.runtime.clock import SystemClock
from minutehand.runtime.database_url import database
from minutehand.runtime.db import Database
from minutehand.runtime.http import Endpoint, Response, success
from minutehand.runtime.request import Request

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

logger = Logger()
clock = SystemClock()
endpoint = Endpoint("/api/social/queue/health")


@cache
def parts() -> tuple[HealthConfig, Database, "SQSClient", TickRule]:
    """Build what is kept from one invocation to the next."""
    config = HealthConfig.from_environ()
    return config, database(config), aws.client("sqs"), TickRule(aws.client("events"), config.tick_rule_name)


@endpoint.on("GET")
def show_health(request: Request) -> Response:
    """Answer with what each check found."""
    request.reader()
    config, db, sqs, rule = parts()
    return success(**health_report(run_checks(db, sqs, config.publish_queue_url, rule, now=clock.now())))


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer a request of API Gateway."""
    return endpoint.resolve(event, context)
