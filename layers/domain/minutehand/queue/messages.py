"""The receiving side of the publish queue: reads the messages of a batch, and returns the messages to retry."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import batched
from math import ceil
from typing import TYPE_CHECKING, Any
from uuid import UUID

from aws_lambda_powertools.logging import Logger

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MAX_SQS_BATCH = 10
"""The maximum number of messages in one SQS call (SendMessageBatch, ReceiveMessage, ChangeMessageVisibilityBatch)."""
MAX_VISIBILITY_SECONDS = 43_200
"""The maximum visibility timeout of SQS: 12 hours (ChangeMessageVisibility)."""

logger = Logger(child=True)


@dataclass(slots=True)
class Batch:
    """The messages of one invocation, grouped by publication."""

    messages: dict[UUID, list[dict[str, Any]]] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)

    @property
    def publication_ids(self) -> list[UUID]:
        """The ids of the publications in the messages, without duplicates."""
        return list(self.messages)


def parse(event: dict[str, Any]) -> Batch:
    """Return the batch of an SQS event. An unreadable message counts as failed, so that it becomes a dead letter."""
    batch = Batch()
    for record in event["Records"]:
        try:
            publication_id = UUID(json.loads(record["body"])["publicationId"])
        except (ValueError, KeyError, TypeError, AttributeError):
            logger.error(
                "a message is unreadable", extra={"message_id": record["messageId"], "body": str(record["body"])[:500]}
            )
            batch.unreadable.append(record["messageId"])
        else:
            batch.messages.setdefault(publication_id, []).append(record)
    return batch


class PublishQueue:
    """Tells SQS which messages of a batch to deliver again, and when."""

    def __init__(self, sqs: "SQSClient", queue_url: str, *, lead: timedelta) -> None:
        """``lead``: the time by which a message arrives before its retry."""
        self._sqs = sqs
        self._queue_url = queue_url
        self._lead = lead

    def respond(self, batch: Batch, retry_at: Mapping[UUID, datetime], *, now: datetime) -> dict[str, Any]:
        """Set the times at which SQS delivers the messages to retry. Return the handler's response to ``batch``.

        ``retry_at``: the time of the next attempt, for each publication to retry with the same message.
        """
        retried = [
            (record, at) for publication_id, at in retry_at.items() for record in batch.messages[publication_id][:1]
        ]
        for entries in batched(retried, MAX_SQS_BATCH, strict=False):
            self._change_visibility(entries, now)
        failed = [record["messageId"] for record, _ in retried] + batch.unreadable
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}

    def _change_visibility(self, entries: Sequence[tuple[dict[str, Any], datetime]], now: datetime) -> None:
        try:
            response = self._sqs.change_message_visibility_batch(
                QueueUrl=self._queue_url,
                Entries=[
                    {
                        "Id": str(index),
                        "ReceiptHandle": record["receiptHandle"],
                        "VisibilityTimeout": self._seconds_until(at, now),
                    }
                    for index, (record, at) in enumerate(entries)
                ],
            )
        except Exception:
            # Nothing is lost: the tick sends the publications again, even before the queue delivers their messages
            # again after its own timeout.
            logger.exception("the visibility of messages could not be changed", extra={"messages": len(entries)})
            return
        if failed := response.get("Failed"):
            codes = sorted({entry["Code"] for entry in failed})
            logger.error("SQS refused to change the visibility of messages", extra={"codes": codes})

    def _seconds_until(self, at: datetime, now: datetime) -> int:
        return min(max(ceil((at - self._lead - now).total_seconds()), 0), MAX_VISIBILITY_SECONDS)
