"""Metrics: values gathered during an invocation and written to the log in CloudWatch's embedded metric format (EMF).

Writing costs no call: CloudWatch takes the values out of the log lines. Every metric has the dimension ``Stage``; some
are broken down further. What each means is in docs/operations.md.
"""

import json
import logging
import os
import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from enum import StrEnum
from functools import wraps
from itertools import batched
from typing import Any

from aws_lambda_powertools.logging import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

NAMESPACE = "Minutehand"
"""Where the metrics are found when ``POWERTOOLS_METRICS_NAMESPACE`` does not say."""
VALUES_A_LINE = 99
"""CloudWatch takes 100 values of a metric in one line; Powertools writes by itself when it has as many."""


class Metric(StrEnum):
    """Every metric there is."""

    PUBLISHED = "Published"
    FAILED = "Failed"
    UNKNOWN = "Unknown"
    ATTEMPTS = "Attempts"
    LATENESS = "Lateness"
    PUBLISHER_ERRORS = "PublisherErrors"
    TICKS = "Ticks"
    TICK_DURATION = "TickDuration"
    CLAIMED = "Claimed"
    SENT = "Sent"
    RECOVERED = "Recovered"
    OVERDUE_COUNT = "OverdueCount"
    OVERDUE_AGE = "OverdueAge"
    DEAD_LETTERS = "DeadLetters"
    TOKEN_REFRESH_FAILURES = "TokenRefreshFailures"  # noqa: S105 the name of a metric
    DATABASE_CONNECTION_FAILURES = "DatabaseConnectionFailures"


UNITS = {
    Metric.LATENESS: MetricUnit.Milliseconds,
    Metric.TICK_DURATION: MetricUnit.Milliseconds,
    Metric.OVERDUE_AGE: MetricUnit.Seconds,
}
"""Of those that are not counts."""

type Dimensions = tuple[tuple[str, str], ...]
type Handler[Answer] = Callable[[dict[str, Any], Any], Answer]


class Metrics:
    """The values of one invocation, from any of its threads."""

    def __init__(self) -> None:
        """Begin without any value."""
        self._turn = threading.Lock()
        self._values: dict[Dimensions, dict[Metric, list[float]]] = {}

    def add(self, metric: Metric, value: float = 1, **by: str) -> None:
        """Add a value; ``by`` breaks it down, as in ``Platform="bluesky"``, besides counting in the stage's sum."""
        with self._turn:
            self._values.setdefault(tuple(by.items()), defaultdict(list))[metric].append(value)

    def flush(self) -> None:
        """Write what was added since the last time."""
        with self._turn:
            gathered, self._values = self._values, {}
        for by, values in gathered.items():
            _write(by, values)

    def each_invocation[Answer](self, handler: Handler[Answer]) -> Handler[Answer]:
        """Decorate a handler: what is added while it runs is written when it ends, also when it raises."""

        @wraps(handler)
        def invoke(event: dict[str, Any], context: Any) -> Answer:
            with self._turn:
                self._values = {}
            try:
                return handler(event, context)
            finally:
                self.flush()

        return invoke

    def count_errors(self, logger: Logger, metric: Metric) -> None:
        """Count as ``metric`` whatever is logged at ERROR by ``logger`` and its children from now on."""
        logger.addHandler(_Count(lambda: self.add(metric)))


def emit(metric: Metric, value: float = 1, **by: str) -> None:
    """Write one value at once, for places that know of no invocation."""
    _write(tuple(by.items()), {metric: [value]})


class _Count(logging.Handler):
    """Calls ``count`` for each line at ERROR or above."""

    def __init__(self, count: Callable[[], None]) -> None:
        super().__init__(logging.ERROR)
        self._count = count

    def emit(self, record: logging.LogRecord) -> None:  # noqa: ARG002 each line counts as one, whatever it says
        self._count()


def _write(by: Dimensions, values: dict[Metric, list[float]]) -> None:
    short = {metric: gathered for metric, gathered in values.items() if len(gathered) <= VALUES_A_LINE}
    _write_line(by, short.items())
    for metric, gathered in values.items():
        if metric not in short:
            for some in batched(gathered, VALUES_A_LINE, strict=False):
                _write_line(by, [(metric, some)])


def _write_line(by: Dimensions, values: Iterable[tuple[Metric, Iterable[float]]]) -> None:
    # The function's name is no dimension, which would make an alarm for each function; an empty one stands for none.
    emf = EphemeralMetrics(namespace=os.environ.get("POWERTOOLS_METRICS_NAMESPACE") or NAMESPACE, service="")
    stage = os.environ.get("STAGE") or "local"
    emf.add_dimension("Stage", stage)
    if by:
        emf.add_dimensions(Stage=stage, **dict(by))
    for metric, some in values:
        for value in some:
            emf.add_metric(metric, UNITS.get(metric, MetricUnit.Count), value)
    if emf.metric_set:
        line = json.dumps(emf.serialize_metric_set(), separators=(",", ":"))
        # One write, so that no other thread's line comes in between.
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
