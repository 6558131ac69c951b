"""Drains the publish queue: each message names one publication."""

from datetime import timedelta
from functools import cache
from typing import Any

from aws_lambda_powertools.logging import Logger

from minutehand.connections.vault import Vault
from minutehand.platforms.registry import adapter_for
from minutehand.publishing.publisher import Publisher
from minutehand.queue.messages import PublishQueue, parse
from minutehand.queue.outbox import Outbox
from minutehand.runtime import aws
from minutehand.runtime.clock import SystemClock
from minutehand.runtime.config import PublisherConfig
from minutehand.runtime.connect import database

SPARE = timedelta(seconds=5)
"""Time left to record outcomes before Lambda ends the invocation."""

logger = Logger()
clock = SystemClock()


@cache
def parts() -> tuple[Publisher, PublishQueue]:
    """Build what is kept from one invocation to the next."""
    config = PublisherConfig.from_environ()
    sqs = aws.client("sqs")
    publisher = Publisher(
        database(config),
        clock,
        Outbox(sqs, config.publish_queue_url, lead=config.send_lead),
        lambda work: adapter_for(work.platform, sandbox=work.sandbox, config=config),
        Vault(aws.client("kms"), config.token_key_id).open,
        horizon=config.horizon,
    )
    return publisher, PublishQueue(sqs, config.publish_queue_url, lead=config.send_lead)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Publish the batch, and report the messages that are to come back (ReportBatchItemFailures)."""
    publisher, queue = parts()
    remaining = timedelta(milliseconds=context.get_remaining_time_in_millis())
    batch = parse(event)
    report = publisher.publish(batch.publication_ids, deadline=clock.now() + remaining - SPARE)
    for work, outcome in report.outcomes:
        logger.info(
            outcome.event,
            extra={"publication": work.id, "post": work.post_id, "platform": work.platform, "code": outcome.code},
        )
    return queue.answer(batch, report.come_back, now=clock.now())
