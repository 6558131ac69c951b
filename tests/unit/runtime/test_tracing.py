"""Traces: their headers, and the segments that are sent to the daemon."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from minutehand.runtime.tracing import TraceHeader, Tracer, invocation_trace, job_trace
from tests.support.clock import FakeClock
from tests.support.threads import at_once
from tests.support.xray import Daemon

ROOT = "1-5759e988-bd862e3fe1be46a994272793"
PARENT = "53995c3f42cd8ad8"
SAMPLED = TraceHeader(ROOT, PARENT, sampled=True)
JOB = UUID("0123456789ab4cde8f0123456789abcd")


@pytest.fixture
def daemon() -> Iterator[Daemon]:
    with Daemon() as daemon:
        yield daemon


@pytest.fixture
def tracer(clock: FakeClock, daemon: Daemon) -> Iterator[Tracer]:
    with closing(Tracer(clock, {"AWS_XRAY_DAEMON_ADDRESS": daemon.address})) as tracer:
        yield tracer


@pytest.mark.parametrize(
    ("text", "header"),
    [
        (f"Root={ROOT};Parent={PARENT};Sampled=1", SAMPLED),
        (f"Root={ROOT};Sampled=0", TraceHeader(ROOT)),
        (f"Root={ROOT}", TraceHeader(ROOT)),
        (f"Self=1-67891234-12456789abcdef012345678;Root={ROOT};Parent={PARENT};Sampled=1;Lineage=a:0", SAMPLED),
        (f"Root={ROOT};Parent=nonsense;Sampled=?", TraceHeader(ROOT)),
        ("", None),
        ("Root=1-2-3;Sampled=1", None),
        (f"Parent={PARENT};Sampled=1", None),
        ('"><script>', None),
    ],
)
def test_trace_header_is_parsed(text: str, header: TraceHeader | None) -> None:
    assert TraceHeader.parse(text) == header


def test_trace_header_is_read_back() -> None:
    assert TraceHeader.parse(str(SAMPLED)) == SAMPLED
    assert str(TraceHeader(ROOT)) == f"Root={ROOT};Sampled=0"


def test_no_trace_exists_outside_lambda(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("_X_AMZN_TRACE_ID", raising=False)

    assert invocation_trace() is None
    assert job_trace(JOB) is None


@pytest.mark.parametrize("sampled", [True, False])
def test_job_has_its_own_trace(sampled: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", str(TraceHeader(ROOT, PARENT, sampled)))

    assert invocation_trace() == TraceHeader(ROOT, PARENT, sampled)
    assert job_trace(JOB) == TraceHeader("1-5759e988-0123456789ab4cde8f012345", None, sampled)
    assert TraceHeader.parse(str(job_trace(JOB))) == job_trace(JOB)


def test_segment_is_sent_with_its_calls(tracer: Tracer, clock: FakeClock, daemon: Daemon) -> None:
    began = clock.now()
    with tracer.segment("publication", SAMPLED, post_id="p") as segment:
        clock.advance(seconds=1)
        with tracer.call("bluesky", "publish"):
            clock.advance(seconds=2)
        segment.annotations["outcome"] = "published"

    document = daemon.receive()
    [call] = document.pop("subsegments")
    assert len(document.pop("id")) == len(call.pop("id")) == 16
    assert document == {
        "name": "publication",
        "trace_id": ROOT,
        "parent_id": PARENT,
        "start_time": began.timestamp(),
        "end_time": (began + timedelta(seconds=3)).timestamp(),
        "annotations": {"post_id": "p", "outcome": "published"},
    }
    assert call == {
        "name": "bluesky",
        "namespace": "remote",
        "start_time": (began + timedelta(seconds=1)).timestamp(),
        "end_time": (began + timedelta(seconds=3)).timestamp(),
        "annotations": {"post_id": "p", "operation": "publish"},
    }


def test_error_is_a_fault_unless_it_is_expected(tracer: Tracer, daemon: Daemon) -> None:
    with pytest.raises(KeyError), tracer.segment("publication", SAMPLED), tracer.call("x", "publish"):
        raise KeyError
    broken = daemon.receive()
    withdrawn = tracer.call("x", "publish", expected=(KeyError,))
    with tracer.segment("publication", SAMPLED), pytest.raises(KeyError), withdrawn:
        raise KeyError
    fine = daemon.receive()

    assert broken["fault"] is broken["subsegments"][0]["fault"] is True
    assert "fault" not in fine
    assert "fault" not in fine["subsegments"][0]


def test_calls_of_several_threads_are_kept_apart(tracer: Tracer, daemon: Daemon) -> None:
    def publish(platform: str) -> None:
        with tracer.segment("publication", SAMPLED, platform=platform):
            for _ in range(5):
                with tracer.call(platform, "publish"):
                    pass

    platforms = ["x", "bluesky", "threads", "tiktok"]
    at_once(*[lambda platform=platform: publish(platform) for platform in platforms])

    documents: list[dict[str, Any]] = [daemon.receive() for _ in platforms]
    assert {document["annotations"]["platform"] for document in documents} == set(platforms)
    for document in documents:
        assert {call["name"] for call in document["subsegments"]} == {document["annotations"]["platform"]}
        assert len(document["subsegments"]) == 5


@pytest.mark.parametrize("header", [None, TraceHeader(ROOT), TraceHeader(ROOT, PARENT)])
def test_unsampled_segment_is_not_sent(tracer: Tracer, daemon: Daemon, header: TraceHeader | None) -> None:
    with tracer.segment("publication", header):
        pass
    with tracer.call("x", "publish"):  # outside a segment
        pass

    assert daemon.is_silent()


@pytest.mark.parametrize("address", ["", "nonsense", "127.0.0.1:", "127.0.0.1:9"])
def test_tracer_without_a_daemon_sends_nothing(address: str, clock: FakeClock) -> None:
    worked = []
    with closing(Tracer(clock, {"AWS_XRAY_DAEMON_ADDRESS": address})) as tracer:
        for number in range(3):
            with tracer.segment("publication", SAMPLED):
                worked.append(number)
    with tracer.segment("publication", SAMPLED):
        worked.append(3)

    assert worked == [0, 1, 2, 3]


def test_daemon_address_may_have_both_protocols(clock: FakeClock, daemon: Daemon) -> None:
    environ = {"AWS_XRAY_DAEMON_ADDRESS": f"tcp:127.0.0.1:9 udp:{daemon.address}"}

    with closing(Tracer(clock, environ)) as tracer, tracer.segment("publication", SAMPLED):
        pass

    assert daemon.receive()["trace_id"] == ROOT
