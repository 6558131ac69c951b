"""Sends the messages of publications to the publish queue. A message contains only ids. SQS delays each message until
just before its publication is due.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import batched, chain
from typing import TYPE_CHECKING
from uuid import UUID

from aws_lambda_powertools.logging import Logger

from minutehand.queue.messages import MAX_DELAY_SECONDS, MAX_SQS_BATCH
from minutehand.queue.sendable import Sendable
from minutehand.runtime import sql
from minutehand.runtime.db import Database
from minutehand.runtime.tracing import TraceHeader, job_trace

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

MAX_DELAY = timedelta(seconds=MAX_DELAY_SECONDS)
PARALLEL_CALLS = 8

logger = Logger(child=True)


class Outbox:
    """Sends the messages of publications to the publish queue, and records which messages SQS accepted."""

    def __init__(
        self,
        sqs: "SQSClient",
        queue_url: str,
        *,
        lead: timedelta,
        trace: Callable[[UUID], TraceHeader | None] = job_trace,
    ) -> None:
        """Create an outbox. ``lead``: the interval from the arrival of a message to the time of its publication.

        ``trace``: returns the trace for the messages of a job.
        """
        self._sqs = sqs
        self._queue_url = queue_url
        self._lead = lead
        self._trace = trace

    def dispatch(self, db: Database, publications: Sequence[Sendable], now: datetime) -> list[UUID]:
        """Send a message for each of ``publications``, record which messages SQS accepted, and return the ids of their
        publications.

        A later tick sends the messages that SQS did not accept. Call this method only after the transaction that
        queued the publications has committed, so that no message arrives before its publication is visible.
        """
        accepted = self._send(publications, now)
        if accepted:
            db.fetch(_queries["mark_sent"], ids=accepted, now=now)
        return accepted

    def _send(self, publications: Sequence[Sendable], now: datetime) -> list[UUID]:
        batches = list(batched(publications, MAX_SQS_BATCH, strict=False))
        if not batches:
            return []
        with ThreadPoolExecutor(min(PARALLEL_CALLS, len(batches))) as pool:
            return list(chain.from_iterable(pool.map(lambda batch: self._send_batch(batch, now), batches)))

    def _send_batch(self, batch: Sequence[Sendable], now: datetime) -> list[UUID]:
        try:
            response = self._sqs.send_message_batch(
                QueueUrl=self._queue_url,
                Entries=[self._entry(index, publication, now) for index, publication in enumerate(batch)],
            )
        except Exception:
            # Regardless of the error, nothing is lost: a later tick sends the messages of these publications.
            logger.exception("a batch of messages could not be sent", extra={"messages": len(batch)})
            return []
        if failed := response.get("Failed"):
            logger.error("SQS refused messages", extra={"codes": sorted({entry["Code"] for entry in failed})})
        return [batch[int(entry["Id"])].id for entry in response.get("Successful", [])]

    def _entry(self, index: int, publication: Sendable, now: datetime) -> "SendMessageBatchRequestEntryTypeDef":
        delay = min(max(publication.at - self._lead - now, timedelta()), MAX_DELAY)
        entry: SendMessageBatchRequestEntryTypeDef = {
            "Id": str(index),
            "MessageBody": json.dumps({"publicationId": str(publication.id), "jobId": str(publication.job_id)}),
            "DelaySeconds": int(delay.total_seconds()),
            # The fair queue keeps one owner's burst from delaying the posts of other owners. The group id is a hash,
            # because an owner's id may contain characters that SQS does not allow in a group id.
            "MessageGroupId": hashlib.sha256(publication.owner_id.encode()).hexdigest(),
        }
        if trace := self._trace(publication.job_id):
            entry["MessageSystemAttributes"] = {"AWSTraceHeader": {"DataType": "String", "StringValue": str(trace)}}
        return entry


_queries = sql.load(__package__)
