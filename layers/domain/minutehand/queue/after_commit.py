"""Sends the messages of publications right after a commit. The outbox is imported only when it is used."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from aws_lambda_powertools.logging import Logger

from minutehand.queue.resources import open_outbox, open_request_outbox

if TYPE_CHECKING:
    from minutehand.queue.outbox import Outbox
    from minutehand.queue.sendable import Sendable
    from minutehand.runtime.configs.queue import QueueConfig
    from minutehand.runtime.db import Database
    from minutehand.runtime.function import Function

logger = Logger(child=True)


def send_queued(function: "Function[QueueConfig]", publications: "list[Sendable]") -> None:
    """Send the messages of the publications that a committed request has queued. The messages belong to the trace of
    the request.
    """
    send(function.db, function.lazy(open_request_outbox), publications, function.clock.now())


def send_released(function: "Function[QueueConfig]", publications: "list[Sendable]") -> None:
    """Send the messages of the publications that were queued at the end of a pause. The messages of each job belong to
    a separate trace.
    """
    send(function.db, function.lazy(open_outbox), publications, function.clock.now())


def send(db: "Database", outbox: "Callable[[], Outbox]", publications: "list[Sendable]", now: datetime) -> None:
    """Send the messages of these publications. Log errors instead of raising them."""
    try:
        outbox().dispatch(db, publications, now)
    except Exception:
        # The publications are queued already, so a tick sends their messages.
        logger.exception("messages could not be sent immediately; a tick sends them later")
