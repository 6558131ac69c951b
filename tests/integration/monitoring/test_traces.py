"""One trace for the way of a post: from the request, or the tick, over SQS to the call of its platform."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from functions.publisher import app as publisher
from minutehand.runtime.tracing import TraceHeader, Tracer
from tests.integration.monitoring.site import Silent, Site
from tests.support.api import CONTEXT, sample
from tests.support.cold_start import start
from tests.support.xray import Daemon

TICK = TraceHeader("1-5759e988-bd862e3fe1be46a994272793", "53995c3f42cd8ad8", sampled=True)
REQUEST = TraceHeader("1-5759e99a-0a0b0c0d0e0f101112131415", "0123456789abcdef", sampled=True)


@pytest.fixture
def daemon(monkeypatch: pytest.MonkeyPatch) -> Iterator[Daemon]:
    with Daemon() as daemon:
        tracer = Tracer(publisher.tracer._clock, {"AWS_XRAY_DAEMON_ADDRESS": daemon.address})
        monkeypatch.setattr(publisher, "tracer", tracer)
        monkeypatch.setattr(publisher.telemetry, "_tracer", tracer)
        yield daemon
        tracer.close()


def schedule(site: Site, post: str) -> None:
    app = start("schedule_post", db=site.db, clock=site.clock)
    event = sample("schedule_post") | {"body": json.dumps({"postId": post})}
    event["requestContext"]["authorizer"] = {"userId": "ada", "ownerId": "ada", "roles": ""}
    assert app.handler(event, CONTEXT)["statusCode"] == 200


def found_by(document: dict[str, Any], name: str) -> str:
    annotation: str = document["annotations"][name]
    return annotation


def test_a_near_post_travels_in_the_trace_of_its_request(
    site: Site, daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", str(REQUEST))
    post = site.post("threads", "bluesky")
    schedule(site, str(post))
    monkeypatch.setenv("_X_AMZN_TRACE_ID", str(TICK))  # the publisher's own, which is about the batch
    assert site.aws.traces() == [str(REQUEST)] * 2

    assert site.aws.deliver() == (2, [])

    segments = [daemon.receive(), daemon.receive()]
    assert {segment["trace_id"] for segment in segments} == {REQUEST.root}
    assert {segment["parent_id"] for segment in segments} == {REQUEST.parent}
    assert {found_by(segment, "post_id") for segment in segments} == {str(post)}
    assert {found_by(segment, "platform") for segment in segments} == {"threads", "bluesky"}
    assert len({found_by(segment, "publication_id") for segment in segments}) == 2
    assert {found_by(segment, "outcome") for segment in segments} == {"published"}
    for segment in segments:
        [call] = segment["subsegments"]
        assert call["name"] == found_by(segment, "platform")
        assert call["annotations"].items() >= {"post_id": str(post), "operation": "publish"}.items()
        assert segment["start_time"] <= call["start_time"] <= call["end_time"] <= segment["end_time"]


def test_each_post_that_a_tick_sends_has_a_trace_of_its_own(
    site: Site, daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", str(TICK))
    posts = [site.post("threads", "bluesky"), site.post("threads")]
    site.tick()

    assert site.aws.deliver() == (3, [])

    traces: dict[str, set[str]] = {str(post): set() for post in posts}
    for _ in range(3):
        segment = daemon.receive()
        assert "parent_id" not in segment
        traces[found_by(segment, "post_id")].add(segment["trace_id"])
    assert [len(found) for found in traces.values()] == [1, 1]
    assert TICK.root not in set.union(*traces.values())
    assert len(set.union(*traces.values())) == 2


def test_what_is_sent_anew_stays_in_its_trace(site: Site, daemon: Daemon, monkeypatch: pytest.MonkeyPatch) -> None:
    site.platforms_are(Silent())
    monkeypatch.setenv("_X_AMZN_TRACE_ID", str(REQUEST))
    schedule(site, str(site.post()))
    monkeypatch.setenv("_X_AMZN_TRACE_ID", str(TICK))

    site.aws.deliver()

    assert site.aws.traces() == [str(REQUEST)]
    segment = daemon.receive()
    assert found_by(segment, "outcome") == "in_doubt"
    assert segment["subsegments"][0]["fault"] is True


def test_without_traces_messages_carry_none(site: Site, daemon: Daemon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("_X_AMZN_TRACE_ID", raising=False)
    site.post()
    site.tick()

    [record] = site.aws.receive(site.aws.url)
    assert "AWSTraceHeader" not in record["attributes"]
    publisher.handler({"Records": [record]}, site.context)
    assert daemon.is_silent()


def test_what_is_not_sampled_is_carried_and_not_reported(
    site: Site, daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", f"Root={TICK.root};Parent={TICK.parent};Sampled=0")
    site.post()
    site.tick()

    assert [TraceHeader.parse(text).sampled for text in site.aws.traces()] == [False]  # type: ignore[union-attr]
    site.aws.deliver()
    assert daemon.is_silent()
