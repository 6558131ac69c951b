"""Shows how the queue is, pauses and resumes it, clears old failures and sends dead letters back."""

from functools import cache
from typing import Any

from aws_lambda_powertools.logging import Logger, correlation_paths

from minutehand.operations.config import QueueControlConfig
from minutehand.operations.forms import QueueAction, QueueQuery
from minutehand.operations.queue_actions import QueueActions
from minutehand.operations.redrive import DeadLetters
from minutehand.operations.statistics import queue
from minutehand.operations.visibility import visible_owner
from minutehand.queue.outbox import Outbox
from minutehand.runtime.clock import SystemClock
from minutehand.runtime.database_url import database
from minutehand.runtime.db import Database
from minutehand.runtime.http import Endpoint, Response, success
from minutehand.runtime.identity import OPERATORS
from minutehand.runtime.request import Request
from minutehand.runtime.validation import parse

logger = Logger()
clock = SystemClock()
endpoint = Endpoint("/api/social/queue")


@cache
def connected() -> tuple[QueueControlConfig, Database]:
    """Return the configuration and the database, kept from one invocation to the next."""
    config = QueueControlConfig.from_environ()
    return config, database(config)


@cache
def queues() -> tuple[Outbox, DeadLetters]:
    """Return both queues; boto3 is imported only when something is to be sent or received."""
    from minutehand.runtime import aws

    config, _ = connected()
    sqs = aws.client("sqs")
    return Outbox(sqs, config.publish_queue_url, lead=config.send_lead), DeadLetters(sqs, config.dead_letter_queue_url)


@endpoint.on("GET")
def show_queue(request: Request) -> Response:
    """Answer with counts, how far behind the queue is, and what is paused."""
    reader = request.reader()
    asked = parse(QueueQuery, request.query())
    owner_id = visible_owner(reader, asked.scope)
    _, db = connected()
    return success(scope="all" if owner_id is None else "own", **queue(db, owner_id, now=clock.now()))


@endpoint.on("POST")
def control_queue(request: Request) -> Response:
    """Answer with what the action came to."""
    operator = request.reader()
    operator.require_role(OPERATORS, "Controlling the queue")
    asked = parse(QueueAction, request.json())
    config, db = connected()
    done = QueueActions(db, config, queues, clock).execute(asked, actor=operator.user_id)
    logger.info("queue controlled", extra={"action": asked.action, "actor": operator.user_id} | done)
    return success(**done)


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer a request of API Gateway."""
    return endpoint.resolve(event, context)
