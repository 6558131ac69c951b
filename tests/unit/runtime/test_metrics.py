"""Metrics as log lines: their dimensions, the number of values on a line, and when they are written."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from aws_lambda_powertools.logging import Logger

from minutehand.runtime.metrics import UNITS, Metric, Metrics, emit
from tests.support.emf import Measured, measured, values
from tests.support.threads import at_once


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAGE", "staging")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Minutehand")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "publisher")


@pytest.fixture
def logger() -> Iterator[Logger]:
    logger = Logger(service="test_metrics")
    yield logger
    logging.getLogger("test_metrics").handlers.clear()


def test_value_counts_for_the_stage_and_for_its_dimensions(capsys: pytest.CaptureFixture[str]) -> None:
    metrics = Metrics()
    metrics.add(Metric.PUBLISHED, Platform="bluesky")
    metrics.add(Metric.PUBLISHED, Platform="x")
    metrics.add(Metric.CLAIMED, 7)
    metrics.flush()

    found = measured(capsys.readouterr().out)
    assert values(found, "Published", Stage="staging") == [1, 1]
    assert values(found, "Published", Stage="staging", Platform="x") == [1]
    assert [each for each in found if each.name == "Claimed"] == [
        Measured("Minutehand", "Claimed", "Count", {"Stage": "staging"}, (7,))
    ]


def test_values_are_written_once(capsys: pytest.CaptureFixture[str]) -> None:
    metrics = Metrics()
    metrics.flush()
    metrics.add(Metric.TICKS)
    metrics.flush()
    metrics.flush()

    assert len(capsys.readouterr().out.splitlines()) == 1


@pytest.mark.parametrize("count", [1, 99, 100, 101, 1000])
def test_every_value_is_written(count: int, capsys: pytest.CaptureFixture[str]) -> None:
    metrics = Metrics()
    for number in range(count):
        metrics.add(Metric.LATENESS, number)
    metrics.add(Metric.PUBLISHER_ERRORS)
    metrics.flush()

    found = measured(capsys.readouterr().out)
    assert sorted(values(found, "Lateness", Stage="staging")) == list(range(count))
    assert {each.unit for each in found if each.name == "Lateness"} == {"Milliseconds"}
    assert values(found, "PublisherErrors", Stage="staging") == [1]


def test_values_of_all_threads_are_written(capsys: pytest.CaptureFixture[str]) -> None:
    metrics = Metrics()

    def work() -> None:
        for _ in range(500):
            metrics.add(Metric.FAILED, Platform="x")

    at_once(*[work] * 8)
    metrics.flush()

    assert len(values(measured(capsys.readouterr().out), "Failed", Stage="staging")) == 4000


def test_metrics_of_a_failed_handler_are_written(capsys: pytest.CaptureFixture[str]) -> None:
    metrics = Metrics()

    @metrics.each_invocation
    def handler(event: dict[str, Any], context: Any) -> None:
        metrics.add(Metric.DEAD_LETTERS, 3)
        raise OSError("unavailable")

    metrics.add(Metric.TICKS)  # not of this invocation
    with pytest.raises(OSError, match="unavailable"):
        handler({}, None)

    found = measured(capsys.readouterr().out)
    assert [(each.name, each.values) for each in found] == [("DeadLetters", (3,))]


def test_only_log_lines_at_error_are_counted(logger: Logger, capsys: pytest.CaptureFixture[str]) -> None:
    metrics = Metrics()
    metrics.count_errors(logger, Metric.PUBLISHER_ERRORS)
    child = Logger(service="test_metrics", child=True)

    logger.info("fine")
    logger.warning("hm")
    logger.error("bad")
    try:
        raise OSError
    except OSError:
        child.exception("worse")
    capsys.readouterr()
    metrics.flush()

    assert values(measured(capsys.readouterr().out), "PublisherErrors", Stage="staging") == [1, 1]


def test_emitted_value_is_written_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    emit(Metric.DATABASE_CONNECTION_FAILURES, Service="list_posts")

    found = measured(capsys.readouterr().out)
    assert [dict(each.dimensions) for each in found] == [
        {"Stage": "staging"},
        {"Stage": "staging", "Service": "list_posts"},
    ]


def test_metrics_have_defaults_without_environment_variables(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("STAGE", "POWERTOOLS_METRICS_NAMESPACE", "POWERTOOLS_SERVICE_NAME"):
        monkeypatch.delenv(name)
    emit(Metric.TICKS)

    [document] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert document["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "Minutehand"
    assert document["Stage"] == "local"


def test_metrics_that_are_not_counts_have_a_unit() -> None:
    assert set(UNITS) == {Metric.LATENESS, Metric.TICK_DURATION, Metric.OVERDUE_AGE}
