"""Sending right after a commit. Imports nothing of the queue until there is something to send."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from aws_lambda_powertools.logging import Logger

from minutehand.runtime.db import Database

if TYPE_CHECKING:
    from minutehand.queue.outbox import Outbox, Sendable

logger = Logger(child=True)


@contextmanager
def send_after_commit(db: Database, outbox: "Callable[[], Outbox]", now: datetime) -> Iterator[None]:
    """Send the publications that the block queues when their transaction commits, and never raise for that.

    ``outbox`` is opened only then. The publications are queued already, so the next tick sends those that cannot be
    sent here.
    """

    def send(publications: "list[Sendable]") -> None:
        try:
            outbox().dispatch(db, publications, now)
        except Exception:
            logger.exception("publications could not be sent at once; the next tick sends them")

    with db.after_commit(send):
        yield
