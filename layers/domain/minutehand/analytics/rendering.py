"""The parts of responses that several calls for metrics share."""

from collections.abc import Mapping
from typing import Any, TypedDict

from minutehand.platforms.catalog import PlatformKey
from minutehand.runtime.response_types import Timestamp, Uuid
from minutehand.runtime.timestamps import format_timestamp


class MetricValue(TypedDict):
    """One metric. ``name``: the normalised name or, if there is none, the platform's own name."""

    name: str
    value: float
    unit: str
    platformName: str


class Problem(TypedDict):
    """The reason why the last reading of a connection's metrics failed."""

    code: str
    reason: str
    since: Timestamp


class ConnectionProblem(Problem):
    """A problem of a connection. ``subject``: ``publications`` or ``account``."""

    connectionId: Uuid
    platform: PlatformKey
    subject: str


def metric_values(metrics: Mapping[str, Any]) -> list[MetricValue]:
    """Return stored metrics as the API shows them, in the order of their names."""
    return [
        {"name": name, "value": each["value"], "unit": each["unit"], "platformName": each["name"]}
        for name, each in sorted(metrics.items())
    ]


def problem(row: Mapping[str, Any]) -> Problem | None:
    """Return the problem in ``row``, or None if its ``code`` is null."""
    if row["code"] is None:
        return None
    return {"code": row["code"], "reason": row["reason"], "since": format_timestamp(row["since"])}
