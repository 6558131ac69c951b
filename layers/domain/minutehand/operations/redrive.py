"""Redrives dead letters: sends new messages for their publications."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import batched
from typing import TYPE_CHECKING, Any
from uuid import UUID

from aws_lambda_powertools.logging import Logger

from minutehand.queue.messages import MAX_SQS_BATCH, Batch, parse
from minutehand.queue.outbox import Outbox
from minutehand.queue.sendable import Sendable
from minutehand.runtime import sql
from minutehand.runtime.clock import Clock
from minutehand.runtime.db import Database

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MAX_MESSAGES = 500
"""The number of messages after which a call receives no further messages. The operator repeats the call to
redrive the remaining messages.
"""
MAX_DURATION = timedelta(seconds=15)
VISIBILITY_TIMEOUT_SECONDS = 60
"""The time for which a received message is hidden from other receivers."""

logger = Logger(child=True)


@dataclass(slots=True)
class RedriveReport:
    """The results of a redrive.

    ``sent``: the number of publications that get a new message. ``settled``: the number of publications that need no
    message, because they have ended, wait, are held or leased, or no longer exist. ``unreadable``: the number of
    messages that Minutehand cannot read. These messages stay in the dead-letter queue. ``complete``: False if the call
    reached a limit, so that dead letters may remain. ``causes``: the numbers of publications and unreadable messages,
    by outcome, cause and reason.
    """

    sent: int = 0
    settled: int = 0
    unreadable: int = 0
    complete: bool = True
    causes: Counter[tuple[str, str, str | None]] = field(default_factory=Counter)


class DeadLetters:
    """Receives and deletes the messages of the dead-letter queue."""

    def __init__(self, sqs: "SQSClient", queue_url: str) -> None:
        """Use the dead-letter queue at ``queue_url``."""
        self._sqs = sqs
        self._queue_url = queue_url

    def receive(self) -> list[dict[str, Any]]:
        """Return up to ten dead letters as records of a Lambda event, or an empty list if there are none."""
        response = self._sqs.receive_message(
            QueueUrl=self._queue_url,
            MaxNumberOfMessages=MAX_SQS_BATCH,
            VisibilityTimeout=VISIBILITY_TIMEOUT_SECONDS,
            WaitTimeSeconds=1,  # a long poll queries all SQS servers, a short poll only some of them
        )
        return [
            {"messageId": each["MessageId"], "receiptHandle": each["ReceiptHandle"], "body": each["Body"]}
            for each in response.get("Messages", [])
        ]

    def delete(self, records: Sequence[dict[str, Any]]) -> None:
        """Delete these dead letters. A message that cannot be deleted is received again, which does no harm."""
        for batch in batched(records, MAX_SQS_BATCH, strict=False):
            entries = [{"Id": str(index), "ReceiptHandle": each["receiptHandle"]} for index, each in enumerate(batch)]
            response = self._sqs.delete_message_batch(
                QueueUrl=self._queue_url,
                Entries=entries,  # type: ignore[arg-type]
            )
            if failed := response.get("Failed"):
                logger.error("dead letters could not be deleted", extra={"codes": sorted({e["Code"] for e in failed})})


def redrive(db: Database, dead_letters: DeadLetters, outbox: Callable[[], Outbox], clock: Clock) -> RedriveReport:
    """Send a new message for each publication of a dead letter that still needs one. Delete the readable dead letters.

    The publications are first marked as unsent. If this process dies, a tick sends the remaining messages.
    """
    report, received, deadline = RedriveReport(), 0, clock.now() + MAX_DURATION
    while records := dead_letters.receive():
        received += len(records)
        batch = parse({"Records": records})
        _redrive_batch(db, batch, outbox, clock, report)
        dead_letters.delete([each for several in batch.messages.values() for each in several])
        if received >= MAX_MESSAGES or clock.now() >= deadline:
            report.complete = False
            break
    return report


def _redrive_batch(
    db: Database, batch: Batch, outbox: Callable[[], Outbox], clock: Clock, report: RedriveReport
) -> None:
    now, ids = clock.now(), batch.publication_ids
    known: dict[UUID, dict[str, Any]] = {row["id"]: row for row in db.fetch(_queries["dead_lettered"], ids=ids)}
    rows = db.fetch(_queries["redrive"], ids=ids, now=now)
    if rows:
        outbox().dispatch(db, [Sendable.from_row(row) for row in rows], now)
    sent = {row["id"] for row in rows}
    for publication_id in ids:
        report.causes[_cause(known.get(publication_id), sent=publication_id in sent)] += 1
    if batch.unreadable:
        report.causes["unreadable", "unreadable", "Minutehand cannot read the message."] += len(batch.unreadable)
    report.sent += len(sent)
    report.settled += len(ids) - len(sent)
    report.unreadable += len(batch.unreadable)


def _cause(row: dict[str, Any] | None, *, sent: bool) -> tuple[str, str, str | None]:
    if row is None:
        return "settled", "deleted", "The publication no longer exists."
    if not sent:
        return "settled", str(row["state"]), row["reason"]
    return "sent", row["code"] or row["event"] or "never_begun", row["reason"]


_queries = sql.load(__package__)
