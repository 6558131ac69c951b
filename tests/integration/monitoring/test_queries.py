"""The saved queries use fields and messages that are in the log."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from local import template
from tests.integration.monitoring.deployment import Broken, Deployment
from tests.integration.monitoring.test_log import Log, log  # noqa: F401 a fixture

QUERIES = {
    name: each["Properties"]["QueryString"]
    for name, each in template.load()["Resources"].items()
    if each["Type"] == "AWS::Logs::QueryDefinition"
}
WORDS = {"fields", "filter", "sort", "limit", "stats", "by", "asc", "desc", "in", "or", "and", "as", "like", "not"}
FUNCTIONS = {"ispresent", "count", "count_distinct", "latest"}
"""Functions of Logs Insights."""


def fields(query: str) -> set[str]:
    """Return the fields that a query names, except those that Logs Insights adds."""
    without_values = re.sub(r'"[^"]*"', "", query)
    named = set(re.findall(r"(?<![@\w.])[a-z_]\w*", without_values))
    made = set(re.findall(r" as (\w+)", without_values))
    return named - WORDS - FUNCTIONS - made


def messages(query: str) -> Iterator[str]:
    """Yield the messages that a query filters for."""
    for values in re.findall(r'message (?:=|in) (\[[^]]*\]|"[^"]*")', query):
        yield from re.findall(r'"([^"]+)"', values)


@pytest.fixture
def lines(deployment: Deployment, log: Log) -> list[dict[str, Any]]:  # noqa: F811
    """Return the log lines of a published post, of one of test data, of one that meets a bug, and of a dead letter."""
    deployment.publish_next()
    deployment.owner_id = "test:ada"
    deployment.publish_next()
    deployment.owner_id = "ada"
    deployment.use_adapter(Broken())
    deployment.publish_next()
    dead = deployment.post()
    deployment.tick()
    deployment.resolve_dead_letters(dead)
    return log.lines


@pytest.mark.parametrize("name", QUERIES)
def test_fields_of_a_query_are_in_the_log(name: str, lines: list[dict[str, Any]]) -> None:
    logged = {key for line in lines for key in line} | {"status"}  # `status` is in the lines of the API

    assert fields(QUERIES[name])
    assert fields(QUERIES[name]) <= logged


def test_fields_and_messages_of_a_query_are_found() -> None:
    query = 'fields @timestamp, post, ends.0.1\n| filter message in ["a", "b c"]\n| stats count(*) as n by code'

    assert fields(query) == {"post", "ends", "message", "code"}
    assert list(messages(query)) == ["a", "b c"]


def test_messages_of_the_queries_are_logged(lines: list[dict[str, Any]]) -> None:
    logged = {line["message"] for line in lines}
    filtered = {message for query in QUERIES.values() for message in messages(query)}
    outcomes = {"published", "failed", "unknown", "transient", "rate_limited", "in_doubt", "not_landed", "unanswered"}

    assert {"tick", "dead letters", "transient", "published"} <= logged
    assert filtered <= logged | outcomes
