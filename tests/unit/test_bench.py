"""The figures of the benchmarks, which refuse an invalid measurement."""

from datetime import UTC, datetime, timedelta

import pytest

from local.errors import LocalStackError
from tests.bench import burst
from tests.bench.bull.runner import Bull
from tests.bench.drain import MAX_CALLS, Call, Drain, Rounds, most_in_flight

A_DRAIN = Drain(2.0, 1.0, 2.0, 50, 40.0, 3.0)
DUE = datetime(2030, 1, 1, tzinfo=UTC)


def call(began: float, ended: float) -> Call:
    return DUE + timedelta(seconds=began), DUE + timedelta(seconds=ended)


@pytest.mark.parametrize(
    ("calls", "most"),
    [
        pytest.param([], 0, id="none"),
        pytest.param([call(0, 1), call(1, 2)], 1, id="one after the other"),
        pytest.param([call(0, 1), call(0.5, 2), call(1.5, 3)], 2, id="overlapping in pairs"),
        pytest.param([call(0, 9), call(1, 2), call(3, 4), call(3.5, 5)], 3, id="within a long call"),
    ],
)
def test_calls_in_flight_are_counted(calls: list[Call], most: int) -> None:
    assert most_in_flight(calls) == most


def test_drain_counts_from_the_due_second() -> None:
    drain = Drain.of(
        DUE, [call(0, 1), call(0.5, 1.5), call(2, 3)], recorded=DUE + timedelta(seconds=4), cpu_seconds=0.7
    )
    assert (drain.drained, drain.p50, drain.most_calls, drain.mean_calls, drain.cpu_seconds) == (4, 0.5, 2, 0.75, 0.7)


def test_call_before_the_due_second_invalidates_the_figures() -> None:
    with pytest.raises(RuntimeError, match=r"1\.0 ms early"):
        Drain.of(DUE, [call(-0.001, 1), call(0, 1)], recorded=DUE, cpu_seconds=0)


def test_more_calls_in_flight_than_allowed_invalidate_the_figures() -> None:
    calls = [call(0, 1)] * MAX_CALLS
    assert Drain.of(DUE, calls, recorded=DUE + timedelta(seconds=1), cpu_seconds=0).most_calls == MAX_CALLS
    with pytest.raises(RuntimeError, match="51 calls were in flight; at most 50 are allowed"):
        Drain.of(DUE, [*calls, call(0.5, 1)], recorded=DUE + timedelta(seconds=1), cpu_seconds=0)


def test_rounds_show_medians_and_the_spread() -> None:
    drains = [Drain(drained, 1.0, 2.0, most, 20.0, 3.0) for drained, most in ((4.0, 10), (2.5, 50), (3.0, 7))]
    shown = str(Rounds(drains))
    assert shown.startswith("drained 3.00 s (2.50-4.00), late p50 1.00 s, p99 2.00 s; 3.0 CPU s")
    assert shown.endswith("mean 20, most 50")


def test_missing_peer_leaves_a_reason_and_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise LocalStackError("There is no package for this machine.\nDetails.")

    monkeypatch.setattr(Bull, "install", fail)

    bull, reason = burst.find_bull()

    assert (bull, reason) == (
        None,
        "Node, Bull or Redis cannot be installed. There is no package for this machine.",
    )
    assert burst._ours({burst.OURS: Rounds([A_DRAIN])}).reached is None


@pytest.mark.parametrize(
    ("bulls", "reached"),
    [pytest.param(2.0, True, id="as fast"), pytest.param(1.9, False, id="Bull is faster")],
)
def test_burst_is_compared_with_durable_bull(bulls: float, reached: bool) -> None:
    bull = Drain(bulls, 1.0, 2.0, 50, 40.0, 1.0)

    row = burst._ours({burst.OURS: Rounds([A_DRAIN]), burst.DURABLE: Rounds([bull])})

    assert row.reached is reached
