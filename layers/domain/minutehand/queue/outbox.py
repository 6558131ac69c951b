"""Sends publications to SQS: ids only, each message delayed so that it arrives just before its moment."""

import hashlib
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched, chain
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from aws_lambda_powertools.logging import Logger

from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.tracing import TraceHeader, of_job

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

MAX_DELAY = timedelta(seconds=900)
"""SQS delays no message longer (SendMessage, DelaySeconds)."""
BATCH = 10
"""SQS takes no more messages in one call (SendMessageBatch)."""
PARALLEL_CALLS = 8

logger = Logger(child=True)


@dataclass(frozen=True, slots=True)
class Sendable:
    """A publication that is to be brought to the publisher at ``at``."""

    id: UUID
    job_id: UUID
    owner_id: str
    at: datetime

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Self:
        """Take it from a row with ``next_attempt_at``."""
        return cls(row["id"], row["job_id"], row["owner_id"], row["next_attempt_at"])


class Outbox:
    """The sending side of the publish queue."""

    def __init__(
        self, sqs: "SQSClient", queue_url: str, *, lead: timedelta, trace: Callable[[UUID], TraceHeader | None] = of_job
    ) -> None:
        """``lead``: how long before its moment a message is to arrive, so that a cold publisher is warm by then.

        ``trace`` gives the trace in which the messages of a job travel.
        """
        self._sqs = sqs
        self._queue_url = queue_url
        self._lead = lead
        self._trace = trace

    def dispatch(self, db: Database, publications: Sequence[Sendable], now: datetime) -> int:
        """Send ``publications``, note which of them SQS accepted, and return how many.

        What is not accepted stays marked as unsent, and the next tick sends it. Call it after the transaction that
        queued them: a message must never arrive before what it speaks of.
        """
        accepted = self._send(publications, now)
        if accepted:
            db.fetch(_queries["mark_sent"], ids=accepted, now=now)
        return len(accepted)

    def _send(self, publications: Sequence[Sendable], now: datetime) -> list[UUID]:
        batches = list(batched(publications, BATCH, strict=False))
        if not batches:
            return []
        with ThreadPoolExecutor(min(PARALLEL_CALLS, len(batches))) as pool:
            return list(chain.from_iterable(pool.map(lambda batch: self._send_batch(batch, now), batches)))

    def _send_batch(self, batch: Sequence[Sendable], now: datetime) -> list[UUID]:
        try:
            answer = self._sqs.send_message_batch(
                QueueUrl=self._queue_url,
                Entries=[self._entry(index, publication, now) for index, publication in enumerate(batch)],
            )
        except Exception:
            # Whatever it was, nothing is lost by it: the publications stay unsent and the tick sends them again.
            logger.exception("a batch of messages could not be sent", extra={"messages": len(batch)})
            return []
        if failed := answer.get("Failed"):
            logger.error("SQS refused messages", extra={"codes": sorted({entry["Code"] for entry in failed})})
        return [batch[int(entry["Id"])].id for entry in answer.get("Successful", [])]

    def _entry(self, index: int, publication: Sendable, now: datetime) -> "SendMessageBatchRequestEntryTypeDef":
        delay = min(max(publication.at - self._lead - now, timedelta()), MAX_DELAY)
        entry: SendMessageBatchRequestEntryTypeDef = {
            "Id": str(index),
            "MessageBody": json.dumps({"publicationId": str(publication.id), "jobId": str(publication.job_id)}),
            "DelaySeconds": int(delay.total_seconds()),
            # Fair queues: one owner's burst does not hold up another's posts. A digest, because owners' ids may
            # hold characters that a group id may not.
            "MessageGroupId": hashlib.sha256(publication.owner_id.encode()).hexdigest(),
        }
        if trace := self._trace(publication.job_id):
            entry["MessageSystemAttributes"] = {"AWSTraceHeader": {"DataType": "String", "StringValue": str(trace)}}
        return entry


_queries = sql.load(__package__)
