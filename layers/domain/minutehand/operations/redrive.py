"""Sending dead letters back: what was left in the dead-letter queue, once its cause is mended."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import batched
from typing import TYPE_CHECKING, Any
from uuid import UUID

from aws_lambda_powertools.logging import Logger

from minutehand.queue.messages import BATCH, Batch, parse
from minutehand.queue.outbox import Outbox, Sendable
from minutehand.runtime import sql
from minutehand.runtime.clock import Clock
from minutehand.runtime.db import Database

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MAX_MESSAGES = 500
"""Messages taken by one call; whoever has more calls again."""
MAX_DURATION = timedelta(seconds=15)
VISIBILITY_TIMEOUT_SECONDS = 60
"""For how long nobody else receives what is in hand here."""

logger = Logger(child=True)


@dataclass(slots=True)
class Redriven:
    """What became of the dead letters.

    ``sent`` of their publications go to the publisher again, ``settled`` need nothing more (they have ended, are
    held, are in a publisher's hands or are not there), ``unreadable`` are none of ours and stay where they are.
    ``causes``: for each of these, how many there are of which cause, as the ledger tells it.
    """

    sent: int = 0
    settled: int = 0
    unreadable: int = 0
    complete: bool = True
    causes: Counter[tuple[str, str, str | None]] = field(default_factory=Counter)


class DeadLetters:
    """The dead-letter queue."""

    def __init__(self, sqs: "SQSClient", queue_url: str) -> None:
        """Take the client and the address of the queue."""
        self._sqs = sqs
        self._queue_url = queue_url

    def receive(self) -> list[dict[str, Any]]:
        """Return up to ten dead letters, in the form in which Lambda hands messages over; empty when there are none."""
        answer = self._sqs.receive_message(
            QueueUrl=self._queue_url,
            MaxNumberOfMessages=BATCH,
            VisibilityTimeout=VISIBILITY_TIMEOUT_SECONDS,
            WaitTimeSeconds=1,  # asks every server of the queue, where a short poll asks some
        )
        return [
            {"messageId": each["MessageId"], "receiptHandle": each["ReceiptHandle"], "body": each["Body"]}
            for each in answer.get("Messages", [])
        ]

    def delete(self, records: Sequence[dict[str, Any]]) -> None:
        """Remove these; what cannot be removed is received again, which does no harm."""
        for chunk in batched(records, BATCH, strict=False):
            entries = [{"Id": str(index), "ReceiptHandle": each["receiptHandle"]} for index, each in enumerate(chunk)]
            answer = self._sqs.delete_message_batch(QueueUrl=self._queue_url, Entries=entries)  # type: ignore[arg-type]
            if failed := answer.get("Failed"):
                logger.error("dead letters could not be deleted", extra={"codes": sorted({e["Code"] for e in failed})})


def redrive(db: Database, letters: DeadLetters, outbox: Callable[[], Outbox], clock: Clock) -> Redriven:
    """Send the publications of dead letters to the publisher again, and remove the letters.

    Postgres is told first: whatever dies in between, the next tick sends what was not sent here.
    """
    done, taken, deadline = Redriven(), 0, clock.now() + MAX_DURATION
    while records := letters.receive():
        taken += len(records)
        batch = parse({"Records": records})
        _send_again(db, batch, outbox, clock, done)
        letters.delete([each for several in batch.messages.values() for each in several])
        if taken >= MAX_MESSAGES or clock.now() >= deadline:
            done.complete = False
            break
    return done


def _send_again(db: Database, batch: Batch, outbox: Callable[[], Outbox], clock: Clock, done: Redriven) -> None:
    now, ids = clock.now(), batch.publication_ids
    known: dict[UUID, dict[str, Any]] = {row["id"]: row for row in db.fetch(_queries["dead_publications"], ids=ids)}
    rows = db.fetch(_queries["redrive"], ids=ids, now=now)
    if rows:
        outbox().dispatch(db, [Sendable.from_row(row) for row in rows], now)
    sent = {row["id"] for row in rows}
    for publication_id in ids:
        done.causes[_cause(known.get(publication_id), again=publication_id in sent)] += 1
    if batch.unreadable:
        done.causes["unreadable", "unreadable", "The message is none of ours."] += len(batch.unreadable)
    done.sent += len(sent)
    done.settled += len(ids) - len(sent)
    done.unreadable += len(batch.unreadable)


def _cause(row: dict[str, Any] | None, *, again: bool) -> tuple[str, str, str | None]:
    if row is None:
        return "settled", "deleted", "The post is not there any more."
    if not again:
        return "settled", str(row["state"]), row["reason"]
    return "sent", row["code"] or row["event"] or "never_begun", row["reason"]


_queries = sql.load(__package__)
