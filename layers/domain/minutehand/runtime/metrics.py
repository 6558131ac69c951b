"""Collects metrics during an invocation, and logs them in CloudWatch's embedded metric format (EMF).

CloudWatch extracts the values from the log lines, so writing metrics needs no API call. Every metric has the dimension
``Stage``. Some metrics have further dimensions. docs/operations.md explains each metric.
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
"""The namespace of the metrics if ``POWERTOOLS_METRICS_NAMESPACE`` is not set."""
MAX_VALUES_PER_LINE = 99
"""The maximum number of values of a metric in a line. CloudWatch reads at most 100, and Powertools flushes
automatically at 100.
"""


class Metric(StrEnum):
    """The names of all metrics."""

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
    API_VERSION_DAYS_LEFT = "ApiVersionDaysLeft"
    METRIC_READINGS = "MetricReadings"
    METRIC_READING_FAILURES = "MetricReadingFailures"


UNITS = {
    Metric.LATENESS: MetricUnit.Milliseconds,
    Metric.TICK_DURATION: MetricUnit.Milliseconds,
    Metric.OVERDUE_AGE: MetricUnit.Seconds,
}
"""The units of the metrics that are not counts."""

type Dimensions = tuple[tuple[str, str], ...]
type Handler[Result] = Callable[[dict[str, Any], Any], Result]


class Metrics:
    """Collects the metric values of one invocation. This object is thread-safe."""

    def __init__(self) -> None:
        """Create an object without values."""
        self._lock = threading.Lock()
        self._values: dict[Dimensions, dict[Metric, list[float]]] = {}

    def add(self, metric: Metric, value: float = 1, **dimensions: str) -> None:
        """Add a value to the stage's metric and, if ``dimensions`` are given, to the metric with these dimensions."""
        with self._lock:
            self._values.setdefault(tuple(dimensions.items()), defaultdict(list))[metric].append(value)

    def flush(self) -> None:
        """Write the values that were added since the last flush."""
        with self._lock:
            collected, self._values = self._values, {}
        for dimensions, values in collected.items():
            _write(dimensions, values)

    def each_invocation[Result](self, handler: Handler[Result]) -> Handler[Result]:
        """Return a function that calls ``handler`` and then flushes the values, even if ``handler`` raises an
        exception.
        """

        @wraps(handler)
        def invoke(event: dict[str, Any], context: Any) -> Result:
            with self._lock:
                self._values = {}
            try:
                return handler(event, context)
            finally:
                self.flush()

        return invoke

    def count_errors(self, logger: Logger, metric: Metric) -> None:
        """Add 1 to ``metric`` for each line that ``logger`` or a child logs at ERROR or above from now on."""
        logger.addHandler(_ErrorCounter(lambda: self.add(metric)))


def emit(metric: Metric, value: float = 1, **dimensions: str) -> None:
    """Write one value immediately, for code that has no `Metrics` object."""
    _write(tuple(dimensions.items()), {metric: [value]})


class _ErrorCounter(logging.Handler):
    """Calls ``count`` for each line that is logged at ERROR or above."""

    def __init__(self, count: Callable[[], None]) -> None:
        super().__init__(logging.ERROR)
        self._count = count

    def emit(self, record: logging.LogRecord) -> None:  # noqa: ARG002 every line counts as one
        self._count()


def _write(dimensions: Dimensions, values: dict[Metric, list[float]]) -> None:
    short = {metric: several for metric, several in values.items() if len(several) <= MAX_VALUES_PER_LINE}
    _write_line(dimensions, short.items())
    for metric, several in values.items():
        if metric not in short:
            for some in batched(several, MAX_VALUES_PER_LINE, strict=False):
                _write_line(dimensions, [(metric, some)])


def _write_line(dimensions: Dimensions, values: Iterable[tuple[Metric, Iterable[float]]]) -> None:
    # An empty service omits the dimension ``service``. With this dimension, each function needs a separate alarm.
    emf = EphemeralMetrics(namespace=os.environ.get("POWERTOOLS_METRICS_NAMESPACE") or NAMESPACE, service="")
    stage = os.environ.get("STAGE") or "local"
    emf.add_dimension("Stage", stage)
    if dimensions:
        emf.add_dimensions(Stage=stage, **dict(dimensions))
    for metric, some in values:
        for value in some:
            emf.add_metric(metric, UNITS.get(metric, MetricUnit.Count), value)
    if emf.metric_set:
        line = json.dumps(emf.serialize_metric_set(), separators=(",", ":"))
        # The line is written in one call, so that another thread's output cannot split it.
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
