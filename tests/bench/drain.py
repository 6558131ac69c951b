"""The processing of jobs that are due in the same second: lateness, calls in flight and CPU time."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from statistics import median, quantiles
from typing import Self

MAX_CALLS = 50
"""The maximum number of calls in flight, for Minutehand and for each peer."""

type Call = tuple[datetime, datetime]
"""The times at which a call began and ended."""


@dataclass(frozen=True, slots=True)
class Drain:
    """The figures of the processing: seconds after the due second until the last outcome was recorded, and until the
    calls began; the numbers of calls in flight; the CPU seconds of all processes, databases included.
    """

    drained: float
    p50: float
    p99: float
    most_calls: int
    mean_calls: float
    cpu_seconds: float

    @classmethod
    def of(cls, due: datetime, calls: Sequence[Call], *, recorded: datetime, cpu_seconds: float) -> Self:
        """Compute the figures from the calls and from the time at which the last outcome was recorded.

        Raises:
            RuntimeError: a call began before ``due``, or too many calls were in flight.
        """
        late = sorted((began - due).total_seconds() for began, _ in calls)
        if late[0] < 0:
            raise RuntimeError(f"A call began {-late[0] * 1000:.1f} ms early: the figures are invalid.")
        most = most_in_flight(calls)
        if most > MAX_CALLS:
            raise RuntimeError(
                f"{most} calls were in flight; at most {MAX_CALLS} are allowed: the figures are invalid."
            )
        p99 = quantiles(late, n=100)[98] if len(late) > 1 else late[0]
        called = sum((ended - began for began, ended in calls), timedelta())
        drained = recorded - due
        return cls(drained.total_seconds(), median(late), p99, most, called / drained, cpu_seconds)


def most_in_flight(calls: Sequence[Call]) -> int:
    """Return the maximum number of calls that were in flight at the same time."""
    changes = sorted([(began, 1) for began, _ in calls] + [(ended, -1) for _, ended in calls])
    running = most = 0
    for _, change in changes:
        running += change
        most = max(most, running)
    return most


@dataclass(frozen=True, slots=True)
class Rounds:
    """The same burst, several times."""

    drains: Sequence[Drain]

    @property
    def median(self) -> Drain:
        """Return the median of each figure."""
        return Drain(*(median(getattr(drain, each.name) for drain in self.drains) for each in fields(Drain)))

    def __str__(self) -> str:
        middle, drained = self.median, sorted(drain.drained for drain in self.drains)
        spread = f" ({drained[0]:.2f}-{drained[-1]:.2f})" if len(drained) > 1 else ""
        return (
            f"drained {middle.drained:.2f} s{spread}, late p50 {middle.p50:.2f} s, p99 {middle.p99:.2f} s; "
            f"{middle.cpu_seconds:.1f} CPU s; calls in flight: mean {middle.mean_calls:.0f}, "
            f"most {max(drain.most_calls for drain in self.drains)}"
        )

    def numbers(self) -> dict[str, object]:
        """Return the figures of each round."""
        return {"rounds": [asdict(drain) for drain in self.drains]}
