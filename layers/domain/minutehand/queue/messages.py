"""The receiving side of the publish queue: messages in, and those that are to come back out."""

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

BATCH = 10
"""SQS takes no more entries in one call (ChangeMessageVisibilityBatch)."""
MAX_VISIBILITY_SECONDS = 43_200
"""The longest time that SQS keeps a message out of sight (ChangeMessageVisibility, 12 hours)."""

logger = Logger(child=True)


@dataclass(slots=True)
class Batch:
    """The messages of one invocation, by the publication that each names."""

    messages: dict[UUID, list[dict[str, Any]]] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)

    @property
    def publication_ids(self) -> list[UUID]:
        """The publications that are named, each once."""
        return list(self.messages)


def parse(event: dict[str, Any]) -> Batch:
    """Read an SQS event. A message that is not ours to read is reported as failed and ends as a dead letter."""
    batch = Batch()
    for record in event["Records"]:
        try:
            publication_id = UUID(json.loads(record["body"])["publicationId"])
        except (ValueError, KeyError, TypeError, AttributeError):
            logger.error(
                "a message cannot be read", extra={"message_id": record["messageId"], "body": str(record["body"])[:500]}
            )
            batch.unreadable.append(record["messageId"])
        else:
            batch.messages.setdefault(publication_id, []).append(record)
    return batch


class PublishQueue:
    """Tells SQS which messages of a batch are to be seen again, and when."""

    def __init__(self, sqs: "SQSClient", queue_url: str, *, lead: timedelta) -> None:
        """``lead``: how long before its moment a message is to be seen."""
        self._sqs = sqs
        self._queue_url = queue_url
        self._lead = lead

    def answer(self, batch: Batch, come_back: Mapping[UUID, datetime], *, now: datetime) -> dict[str, Any]:
        """Set when the messages of ``come_back`` are seen again and return the handler's answer for the batch."""
        returning = [
            (record, at) for publication_id, at in come_back.items() for record in batch.messages[publication_id][:1]
        ]
        for chunk in batched(returning, BATCH, strict=False):
            self._change_visibility(chunk, now)
        failed = [record["messageId"] for record, _ in returning] + batch.unreadable
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}

    def _change_visibility(self, chunk: Sequence[tuple[dict[str, Any], datetime]], now: datetime) -> None:
        try:
            answer = self._sqs.change_message_visibility_batch(
                QueueUrl=self._queue_url,
                Entries=[
                    {
                        "Id": str(index),
                        "ReceiptHandle": record["receiptHandle"],
                        "VisibilityTimeout": self._seconds_until(at, now),
                    }
                    for index, (record, at) in enumerate(chunk)
                ],
            )
        except Exception:
            # Nothing is lost by it: they come back when the queue's own timeout is over, and the tick is sooner.
            logger.exception("messages could not be told when to come back", extra={"messages": len(chunk)})
            return
        if failed := answer.get("Failed"):
            logger.error("SQS refused a visibility", extra={"codes": sorted({entry["Code"] for entry in failed})})

    def _seconds_until(self, at: datetime, now: datetime) -> int:
        return min(max(ceil((at - self._lead - now).total_seconds()), 0), MAX_VISIBILITY_SECONDS)
