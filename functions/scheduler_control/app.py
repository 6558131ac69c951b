"""Shows the scheduler, starts and stops it, ticks now, and sets how often it ticks."""

from functools import cache
from typing import Any

from aws_lambda_powertools.logging import Logger, correlation_paths

from minutehand.operations import scheduler
from minutehand.operations.config import SchedulerControlConfig
from minutehand.operations.forms import SchedulerAction
from minutehand.operations.rule import TickRule
from minutehand.queue.outbox import Outbox
from minutehand.runtime import aws
from minutehand.runtime.clock import SystemClock
from minutehand.runtime.database_url import database
from minutehand.runtime.db import Database
from minutehand.runtime.http import Endpoint, Response, success
from minutehand.runtime.identity import OPERATORS
from minutehand.runtime.request import Request
from minutehand.runtime.validation import parse

logger = Logger()
clock = SystemClock()
endpoint = Endpoint("/api/social/scheduler")


@cache
def parts() -> tuple[SchedulerControlConfig, Database, TickRule]:
    """Build what is kept from one invocation to the next."""
    config = SchedulerControlConfig.from_environ()
    return config, database(config), TickRule(aws.client("events"), config.tick_rule_name)


@cache
def outbox() -> Outbox:
    """Return the sending side of the publish queue."""
    config, _, _ = parts()
    return Outbox(aws.client("sqs"), config.publish_queue_url, lead=config.send_lead)


@endpoint.on("GET")
def show_scheduler(request: Request) -> Response:
    """Answer with the state of the scheduler."""
    request.reader().require_role(OPERATORS, "Looking at the scheduler")
    _, db, rule = parts()
    return success(**scheduler.state(db, rule))


@endpoint.on("POST")
def control_scheduler(request: Request) -> Response:
    """Answer with what the action came to."""
    operator = request.reader()
    operator.require_role(OPERATORS, "Controlling the scheduler")
    asked = parse(SchedulerAction, request.json())
    config, db, rule = parts()
    logger.info("scheduler controlled", extra={"action": asked.action, "actor": operator.user_id})
    if asked.action == "check":
        return success(**scheduler.check(db, outbox, clock, config))
    return success(**scheduler.control(db, rule, asked, config))


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer a request of API Gateway."""
    return endpoint.resolve(event, context)
