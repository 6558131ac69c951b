"""Sending right after a commit. Imports nothing of the queue until there is something to send."""

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
    """Send the publications that a request has queued and committed, and never raise."""
    _send(function.db, function.lazy(open_request_outbox), publications, function.clock.now())


@contextmanager
def send_after_commit(db: "Database", outbox: "Callable[[], Outbox]", now: datetime) -> Iterator[None]:
    """Send the publications that the block queues when their transaction commits, and never raise for that.

    ``outbox`` is opened only then.
    """
    with db.after_commit(lambda publications: _send(db, outbox, publications, now)):
        yield


def _send(db: "Database", outbox: "Callable[[], Outbox]", publications: "list[Sendable]", now: datetime) -> None:
    try:
        outbox().dispatch(db, publications, now)
    except Exception:
        # They are queued already, so the next tick sends them.
        logger.exception("publications could not be sent at once; the next tick sends them")
