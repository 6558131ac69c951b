"""Parses the messages of a batch from the publish queue, and tells SQS which messages to deliver again."""

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
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

MAX_SQS_BATCH = 10
"""The maximum number of messages in one SQS call (SendMessageBatch, ReceiveMessage, ChangeMessageVisibilityBatch)."""
MAX_DELAY_SECONDS = 900
"""The maximum delay of SQS (SendMessage, DelaySeconds)."""
MAX_VISIBILITY_SECONDS = 43_200
"""The maximum visibility timeout of SQS: 12 hours (ChangeMessageVisibility)."""

logger = Logger(child=True)


@dataclass(slots=True)
class Batch:
    """The messages of one invocation, grouped by publication, and the ids of unreadable messages."""

    messages: dict[UUID, list[dict[str, Any]]] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)

    @property
    def publication_ids(self) -> list[UUID]:
        """The ids of the publications in the messages, without duplicates."""
        return list(self.messages)


def parse(event: dict[str, Any]) -> Batch:
    """Return the messages of an SQS event. An unreadable message counts as failed, so that it becomes a dead letter."""
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
    """Tells SQS which messages of a batch to deliver again, and when.

    SQS counts every receive, regardless of the cause. After ``max_receives`` receives, SQS moves a message to the
    dead-letter queue instead of delivering it again, so such a message is replaced by a copy.
    """

    def __init__(self, sqs: "SQSClient", queue_url: str, *, lead: timedelta, max_receives: int) -> None:
        """Use the queue at ``queue_url``. ``lead``: the interval from the arrival of a message to its retry.

        ``max_receives``: the queue's maxReceiveCount.
        """
        self._sqs = sqs
        self._queue_url = queue_url
        self._lead = lead
        self._max_receives = max_receives

    def respond(self, batch: Batch, retry_at: Mapping[UUID, datetime], *, now: datetime) -> dict[str, Any]:
        """Set the times at which SQS delivers the messages to retry. Return the handler's response to ``batch``.

        ``retry_at``: the time of the next attempt, for each publication to retry with the same message.
        """
        retried = [
            (record, at) for publication_id, at in retry_at.items() for record in batch.messages[publication_id][:1]
        ]
        used_up = [(record, at) for record, at in retried if _receives(record) >= self._max_receives]
        replaced: set[str] = set()
        for entries in batched(used_up, MAX_SQS_BATCH, strict=False):
            replaced |= self._replace(entries, now)
        kept = [(record, at) for record, at in retried if record["messageId"] not in replaced]
        for entries in batched(kept, MAX_SQS_BATCH, strict=False):
            self._change_visibility(entries, now)
        failed = [record["messageId"] for record, _ in kept] + batch.unreadable
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}

    def _replace(self, entries: Sequence[tuple[dict[str, Any], datetime]], now: datetime) -> set[str]:
        """Send a copy of each message, and return the ids of the messages that have a copy."""
        try:
            response = self._sqs.send_message_batch(
                QueueUrl=self._queue_url,
                Entries=[
                    _copy(record, str(index), min(self._seconds_until(at, now), MAX_DELAY_SECONDS))
                    for index, (record, at) in enumerate(entries)
                ],
            )
        except Exception:
            # Nothing is lost: the messages become dead letters, and a tick sends new messages for their publications.
            logger.exception("copies of messages could not be sent", extra={"messages": len(entries)})
            return set()
        if failed := response.get("Failed"):
            logger.error("SQS refused copies of messages", extra={"codes": sorted({entry["Code"] for entry in failed})})
        return {entries[int(entry["Id"])][0]["messageId"] for entry in response.get("Successful", [])}

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
            # Nothing is lost: a tick sends new messages for the publications, even before the visibility timeout of
            # the old messages ends.
            logger.exception("the visibility of messages could not be changed", extra={"messages": len(entries)})
            return
        if failed := response.get("Failed"):
            codes = sorted({entry["Code"] for entry in failed})
            logger.error("SQS refused to change the visibility of messages", extra={"codes": codes})

    def _seconds_until(self, at: datetime, now: datetime) -> int:
        return min(max(ceil((at - self._lead - now).total_seconds()), 0), MAX_VISIBILITY_SECONDS)


def _receives(record: dict[str, Any]) -> int:
    return int(record["attributes"]["ApproximateReceiveCount"])


def _copy(record: dict[str, Any], entry_id: str, delay: int) -> "SendMessageBatchRequestEntryTypeDef":
    attributes = record["attributes"]
    entry: SendMessageBatchRequestEntryTypeDef = {"Id": entry_id, "MessageBody": record["body"], "DelaySeconds": delay}
    if group := attributes.get("MessageGroupId"):
        entry["MessageGroupId"] = group
    if trace := attributes.get("AWSTraceHeader"):
        entry["MessageSystemAttributes"] = {"AWSTraceHeader": {"DataType": "String", "StringValue": trace}}
    return entry
