"""Extracts metrics from printed log lines, as CloudWatch does (embedded metric format)."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import ceil


@dataclass(frozen=True)
class Measured:
    """The values of one metric with one set of dimensions, from one line."""

    namespace: str
    name: str
    unit: str
    dimensions: Mapping[str, str]
    values: tuple[float, ...]


def measured(printed: str) -> list[Measured]:
    """Return the metrics in the lines of ``printed``. Other lines are ignored."""
    return [each for line in printed.splitlines() for each in _metrics_of_line(line)]


def values(measurements: Iterable[Measured], name: str, **dimensions: str) -> list[float]:
    """Return the values of the metric ``name`` with exactly these dimensions."""
    return [
        value for each in measurements if (each.name, each.dimensions) == (name, dimensions) for value in each.values
    ]


def statistic(name: str, numbers: list[float]) -> float:
    """Return a statistic of one period: ``Sum``, ``Minimum``, ``Maximum`` or a percentile such as ``p99``."""
    if name == "Sum":
        return sum(numbers)
    if name == "Minimum":
        return min(numbers)
    if name == "Maximum":
        return max(numbers)
    assert name.startswith("p"), name
    return sorted(numbers)[ceil(len(numbers) * float(name[1:]) / 100) - 1]


def _metrics_of_line(line: str) -> Iterator[Measured]:
    if '"_aws"' not in line:
        return
    document = json.loads(line)
    assert isinstance(document["_aws"]["Timestamp"], int)
    for directive in document["_aws"]["CloudWatchMetrics"]:
        for dimensions in directive["Dimensions"]:
            for metric in directive["Metrics"]:
                numbers = document[metric["Name"]]
                assert 0 < len(numbers) <= 100, "CloudWatch accepts at most 100 values of a metric in one line"
                yield Measured(
                    directive["Namespace"],
                    metric["Name"],
                    metric["Unit"],
                    {name: document[name] for name in dimensions},
                    tuple(numbers),
                )
