"""Log lines have the ids of their subjects, even if several publications are attempted at the same time."""

import io
import json
import logging
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from aws_lambda_powertools.logging import Logger

from minutehand.platforms.port import Account, Attempt, Content, Published
from tests.integration.monitoring.deployment import Adapter, Broken, Deployment
from tests.support.api import CONTEXT, sample
from tests.support.cold_start import start

POSTS = 8


class Log:
    """Collects the log lines of all functions."""

    def __init__(self) -> None:
        self._stream = io.StringIO()

    def watch(self, logger: Logger) -> None:
        handler = logger.registered_handler
        assert isinstance(handler, logging.StreamHandler)
        handler.setStream(self._stream)

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._stream.getvalue().splitlines()]


@pytest.fixture
def log(deployment: Deployment) -> Iterator[Log]:
    log = Log()
    logger = deployment.aws.publisher.function.logger  # the functions have one logger, because they have one service
    handler = logger.registered_handler
    assert isinstance(handler, logging.StreamHandler)
    stream = handler.stream
    log.watch(logger)
    yield log
    handler.setStream(stream)


class LoggingAdapter(Adapter):
    """Logs a line while the other publications of the batch are in their publish calls."""

    logger = Logger(child=True)

    def __init__(self, parties: int) -> None:
        self._barrier = threading.Barrier(parties, timeout=10)

    def publish(self, content: Content, account: Account, attempt: Attempt) -> Published:
        self._barrier.wait()
        self.logger.info("calling", extra={"about": attempt.publication_id})
        self._barrier.wait()
        attempt.arm()
        return Published("1", None)


def test_log_lines_of_simultaneous_attempts_are_not_mixed_up(deployment: Deployment, log: Log) -> None:
    deployment.use_adapter(LoggingAdapter(POSTS))
    posts = [deployment.post() for _ in range(POSTS)]
    deployment.tick()
    records = [record for post in posts for record in deployment.records(post)]

    deployment.aws.publisher.handler({"Records": records}, deployment.context)

    calling = [line for line in log.lines if line["message"] == "calling"]
    assert len(calling) == POSTS
    assert all(line["publication"] == line["about"] == line["message_id"] for line in calling)
    assert {line["post"] for line in calling} == {str(post) for post in posts}
    assert len({line["job"] for line in calling}) == POSTS


def test_log_line_after_a_publication_lacks_its_ids(deployment: Deployment, log: Log) -> None:
    deployment.publish_next()
    deployment.aws.publisher.handler(
        {"Records": [sample("publisher")["Records"][0] | {"body": "not ours"}]}, deployment.context
    )

    unreadable = log.lines[-1]
    assert unreadable["level"] == "ERROR"
    assert "publication" not in unreadable
    assert unreadable["message_id"]


def test_log_lines_about_a_publication_have_all_of_its_ids(deployment: Deployment, log: Log) -> None:
    deployment.use_adapter(Broken())
    post = deployment.post()
    deployment.tick()
    deployment.publish(post)

    about = [line for line in log.lines if "publication" in line]
    assert [line["message"] for line in about] == ["internal error", "transient"]
    for line in about:
        assert line["post"] == str(post)
        assert {"job", "platform", "message_id", "function_request_id"} <= set(line)
    assert about[1]["code"] == "internal_error"


def test_published_line_has_lateness_and_duration(deployment: Deployment, log: Log) -> None:
    post = deployment.post()
    deployment.tick()
    deployment.clock.advance(seconds=2)
    deployment.publish(post)

    [line] = [line for line in log.lines if line["message"] == "published"]
    assert line["lateness_ms"] == 2000
    assert line["took_ms"] >= 0


def test_log_line_of_a_publication_has_its_trace(
    deployment: Deployment, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1")
    deployment.post()
    deployment.tick()
    [header] = deployment.aws.traces()
    deployment.aws.deliver()

    [line] = [line for line in log.lines if line["message"] == "published"]
    assert f"Root={line['trace']};" in header


def test_log_line_of_a_tick_has_its_id(deployment: Deployment, log: Log) -> None:
    deployment.tick()

    [line] = log.lines
    assert line["tick"] == line["correlation_id"] == sample("scheduler")["id"]
    assert (line["overdue"], line["overdue_seconds"], line["finished"]) == (0, 0.0, True)


def test_tick_that_a_person_runs_has_an_id(deployment: Deployment, log: Log) -> None:
    deployment.aws.scheduler.handler({}, deployment.context)

    assert log.lines[-1]["tick"] == CONTEXT.aws_request_id


def test_log_line_about_dead_letters_names_the_publications(deployment: Deployment, log: Log) -> None:
    post = deployment.post()
    deployment.tick()
    deployment.resolve_dead_letters(post)

    [record] = deployment.records(post)
    assert log.lines[-1]["publications"] == [json.loads(record["body"])["publicationId"]]


def test_authorizer_logs_the_id_of_the_request(
    deployment: Deployment, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTH_MODE", "trusted-header")
    event = sample("authorizer") | {"headers": {}, "multiValueHeaders": {}}

    with pytest.raises(Exception, match="Unauthorized"):
        start("authorizer").handler(event, CONTEXT)

    assert log.lines[-1]["correlation_id"] == event["requestContext"]["requestId"]
