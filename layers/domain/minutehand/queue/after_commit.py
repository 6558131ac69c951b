"""Sends publications right after a commit. Imports the rest of the queue only when there is something to send."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from aws_lambda_powertools.logging import Logger

from minutehand.queue.resources import open_request_outbox

if TYPE_CHECKING:
    from minutehand.queue.outbox import Outbox, Sendable
    from minutehand.runtime.config import QueueConfig
    from minutehand.runtime.db import Database
    from minutehand.runtime.function import Function

logger = Logger(child=True)


def send_queued(function: "Function[QueueConfig]", publications: "list[Sendable]") -> None:
    """Send the publications that a committed request has queued. Never raise an exception."""
    _send(function.db, function.lazy(open_request_outbox), publications, function.clock.now())


@contextmanager
def send_after_commit(db: "Database", outbox: "Callable[[], Outbox]", now: datetime) -> Iterator[None]:
    """Send the publications that the block queues, each when its transaction commits. Failures raise no exception.

    ``outbox`` is called only when there is something to send.
    """
    with db.after_commit(lambda publications: _send(db, outbox, publications, now)):
        yield


def _send(db: "Database", outbox: "Callable[[], Outbox]", publications: "list[Sendable]", now: datetime) -> None:
    try:
        outbox().dispatch(db, publications, now)
    except Exception:
        # The publications are queued already, so the next tick sends them.
        logger.exception("publications could not be sent at once; the next tick sends them")
