"""Reads metrics out of what was printed, as CloudWatch reads them out of the log (embedded metric format)."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import ceil


@dataclass(frozen=True)
class Measured:
    """The values of one metric under one set of dimensions, from one line."""

    namespace: str
    name: str
    unit: str
    dimensions: Mapping[str, str]
    values: tuple[float, ...]


def measured(printed: str) -> list[Measured]:
    """Return all metrics of the lines of ``printed``; each line that is none is passed over."""
    return [each for line in printed.splitlines() for each in _of_line(line)]


def values(of: Iterable[Measured], name: str, **dimensions: str) -> list[float]:
    """Return the values of ``name`` under exactly these dimensions."""
    return [value for each in of if (each.name, each.dimensions) == (name, dimensions) for value in each.values]


def statistic(name: str, of: list[float]) -> float:
    """Return what CloudWatch makes of values of one period: ``Sum``, ``Maximum`` or a percentile such as ``p99``."""
    if name == "Sum":
        return sum(of)
    if name == "Maximum":
        return max(of)
    assert name.startswith("p"), name
    return sorted(of)[ceil(len(of) * float(name[1:]) / 100) - 1]


def _of_line(line: str) -> Iterator[Measured]:
    if '"_aws"' not in line:
        return
    document = json.loads(line)
    assert isinstance(document["_aws"]["Timestamp"], int)
    for directive in document["_aws"]["CloudWatchMetrics"]:
        for dimensions in directive["Dimensions"]:
            for metric in directive["Metrics"]:
                found = document[metric["Name"]]
                assert 0 < len(found) <= 100, "CloudWatch takes 100 values of a metric in one line"
                yield Measured(
                    directive["Namespace"],
                    metric["Name"],
                    metric["Unit"],
                    {name: document[name] for name in dimensions},
                    tuple(found),
                )
