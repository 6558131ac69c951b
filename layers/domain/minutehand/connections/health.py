"""The health of a connection: whether posts can be published on it, and until when."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from minutehand.platforms.catalog import display_name
from minutehand.runtime.timestamps import format_timestamp

if TYPE_CHECKING:
    from minutehand.connections.store import Connection

EXPIRING_WITHIN = timedelta(days=7)
"""The period before the end of the access in which a connection counts as expiring."""


class Health(StrEnum):
    """The states of a connection's health, from the worst to the best."""

    RECONNECT_REQUIRED = "reconnect_required"
    FAILING = "failing"
    EXPIRING = "expiring"
    OK = "ok"


def health(connection: "Connection", now: datetime) -> tuple[Health, str | None]:
    """Return the health of ``connection`` at ``now``, and the reason if it is not `Health.OK`."""
    name, end = display_name(connection.platform), connection.access_ends_at
    if connection.status != "active":
        return Health.RECONNECT_REQUIRED, connection.status_reason
    if end is not None and end <= now:
        sentence = f"Our access to {name} expired at {format_timestamp(end)}. Connect the account again."
        return Health.RECONNECT_REQUIRED, sentence
    if failures := connection.refresh_failures:
        attempts = "attempt" if failures == 1 else f"{failures:,} attempts"
        sentence = f"The last {attempts} to renew our access to {name} failed. We try again every few minutes."
        return Health.FAILING, sentence
    if end is not None and end <= now + EXPIRING_WITHIN:
        sentence = f"Our access to {name} expires at {format_timestamp(end)}. Connect the account again before then."
        return Health.EXPIRING, sentence
    return Health.OK, None
