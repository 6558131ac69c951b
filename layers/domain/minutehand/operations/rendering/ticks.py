"""Renders the report and the times of a tick for the API."""

from typing import Any, Literal, TypedDict

from minutehand.runtime.response_types import Timestamp
from minutehand.runtime.timestamps import format_timestamp


class Tick(TypedDict):
    """The results of a tick."""

    claimed: int
    """The number of claimed posts."""
    sent: int
    """The number of messages that were sent."""
    unsent: int
    """The number of messages that could not be sent."""
    recovered: int
    """The number of publications that were requeued."""
    finished: bool
    """Whether all work was done in time."""


class LastTick(Tick):
    """The last tick, with its caller and its times."""

    caller: Literal["rule", "hand"]
    """`rule` if the schedule ran the tick, `hand` if a person did."""
    startedAt: Timestamp
    endedAt: Timestamp


def tick(row: dict[str, Any]) -> LastTick:
    """Return the fields of a tick that the API shows."""
    report = row["report"]
    return {
        "caller": row["caller"],
        "startedAt": format_timestamp(row["started_at"]),
        "endedAt": format_timestamp(row["ended_at"]),
        "claimed": report["claimed"],
        "sent": report["sent"],
        "unsent": report["unsent"],
        "recovered": report["recovered"],
        "finished": report["finished"],
    }
