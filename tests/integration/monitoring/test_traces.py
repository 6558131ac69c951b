"""Traces of posts: one trace leads from the request or the tick through SQS to the calls of the platform."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from minutehand.publishing.resources import open_tracer
from minutehand.runtime.tracing import TraceHeader, Tracer
from tests.integration.monitoring.deployment import Deployment, Silent
from tests.support.api import CONTEXT, sample
from tests.support.cold_start import start
from tests.support.xray import Daemon

TICK = TraceHeader("1-5759e988-bd862e3fe1be46a994272793", "53995c3f42cd8ad8", sampled=True)
REQUEST = TraceHeader("1-5759e99a-0a0b0c0d0e0f101112131415", "0123456789abcdef", sampled=True)


@pytest.fixture
def daemon(deployment: Deployment) -> Iterator[Daemon]:
    with Daemon() as daemon:
        environ = {"AWS_XRAY_DAEMON_ADDRESS": daemon.address}
        function = deployment.aws.publisher.function
        function.replace(open_tracer, lambda function: Tracer(function.clock, environ))
        yield daemon
        function.resource(open_tracer).close()


def schedule(deployment: Deployment, post: str) -> None:
    app = start("schedule_post", db=deployment.db, clock=deployment.clock)
    event = sample("schedule_post") | {"body": json.dumps({"postId": post})}
    event["requestContext"]["authorizer"] = {"userId": "ada", "ownerId": "ada", "roles": ""}
    assert app.handler(event, CONTEXT)["statusCode"] == 200


def annotation(document: dict[str, Any], name: str) -> str:
    value: str = document["annotations"][name]
    return value


def test_post_within_the_horizon_is_published_in_the_trace_of_its_request(
    deployment: Deployment, daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", str(REQUEST))
    post = deployment.post("threads", "bluesky")
    schedule(deployment, str(post))
    monkeypatch.setenv("_X_AMZN_TRACE_ID", str(TICK))  # the publisher's trace, which is that of the batch
    assert deployment.aws.traces() == [str(REQUEST)] * 2

    assert deployment.aws.deliver() == (2, [])

    segments = [daemon.receive(), daemon.receive()]
    assert {segment["trace_id"] for segment in segments} == {REQUEST.root}
    assert {segment["parent_id"] for segment in segments} == {REQUEST.parent}
    assert {annotation(segment, "post_id") for segment in segments} == {str(post)}
    assert {annotation(segment, "platform") for segment in segments} == {"threads", "bluesky"}
    assert len({annotation(segment, "publication_id") for segment in segments}) == 2
    assert {annotation(segment, "outcome") for segment in segments} == {"published"}
    for segment in segments:
        [call] = segment["subsegments"]
        assert call["name"] == annotation(segment, "platform")
        assert call["annotations"].items() >= {"post_id": str(post), "operation": "publish"}.items()
        assert segment["start_time"] <= call["start_time"] <= call["end_time"] <= segment["end_time"]


def test_each_post_of_a_tick_has_its_own_trace(
    deployment: Deployment, daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", str(TICK))
    posts = [deployment.post("threads", "bluesky"), deployment.post("threads")]
    deployment.tick()

    assert deployment.aws.deliver() == (3, [])

    traces: dict[str, set[str]] = {str(post): set() for post in posts}
    for _ in range(3):
        segment = daemon.receive()
        assert "parent_id" not in segment
        traces[annotation(segment, "post_id")].add(segment["trace_id"])
    assert [len(found) for found in traces.values()] == [1, 1]
    assert TICK.root not in set.union(*traces.values())
    assert len(set.union(*traces.values())) == 2


def test_new_message_of_a_publication_stays_in_its_trace(
    deployment: Deployment, daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment.use_adapter(Silent())
    monkeypatch.setenv("_X_AMZN_TRACE_ID", str(REQUEST))
    schedule(deployment, str(deployment.post()))
    monkeypatch.setenv("_X_AMZN_TRACE_ID", str(TICK))

    deployment.aws.deliver()

    assert deployment.aws.traces() == [str(REQUEST)]
    segment = daemon.receive()
    assert annotation(segment, "outcome") == "in_doubt"
    assert segment["subsegments"][0]["fault"] is True


def test_messages_have_no_trace_outside_lambda(
    deployment: Deployment, daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("_X_AMZN_TRACE_ID", raising=False)
    deployment.post()
    deployment.tick()

    [record] = deployment.aws.receive(deployment.aws.url)
    assert "AWSTraceHeader" not in record["attributes"]
    deployment.aws.publisher.handler({"Records": [record]}, deployment.context)
    assert daemon.is_silent()


def test_unsampled_trace_is_passed_on_and_not_reported(
    deployment: Deployment, daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", f"Root={TICK.root};Parent={TICK.parent};Sampled=0")
    deployment.post()
    deployment.tick()

    assert [TraceHeader.parse(text).sampled for text in deployment.aws.traces()] == [False]  # type: ignore[union-attr]
    deployment.aws.deliver()
    assert daemon.is_silent()
