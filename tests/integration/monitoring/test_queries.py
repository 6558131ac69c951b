"""The saved queries ask for what is really in the log."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from functions.publisher import app as publisher
from local import template
from tests.integration.monitoring.site import Broken, Site
from tests.integration.monitoring.test_log import Log, log  # noqa: F401 a fixture

QUERIES = {
    name: each["Properties"]["QueryString"]
    for name, each in template.load()["Resources"].items()
    if each["Type"] == "AWS::Logs::QueryDefinition"
}
WORDS = {"fields", "filter", "sort", "limit", "stats", "by", "asc", "desc", "in", "or", "and", "as", "like"}
FUNCTIONS = {"ispresent", "count", "count_distinct", "latest"}
"""Of Logs Insights."""


def asked_for(query: str) -> set[str]:
    """Return the fields that a query names, without those that Logs Insights makes itself."""
    without_values = re.sub(r'"[^"]*"', "", query)
    named = set(re.findall(r"(?<![@\w.])[a-z_]\w*", without_values))
    made = set(re.findall(r" as (\w+)", without_values))
    return named - WORDS - FUNCTIONS - made


def said(query: str) -> Iterator[str]:
    """Return the messages that a query filters for."""
    for values in re.findall(r'message (?:=|in) (\[[^]]*\]|"[^"]*")', query):
        yield from re.findall(r'"([^"]+)"', values)


@pytest.fixture
def lines(site: Site, log: Log) -> list[dict[str, Any]]:  # noqa: F811
    """What is logged while a post goes out, another meets a bug, and one dies."""
    site.publish_next()
    with site.patch.context() as patch:
        patch.setattr(publisher, "adapter_for", lambda *_, **__: Broken())
        site.publish_next()
    dead = site.post()
    site.tick()
    site.bury(dead)
    return log.lines


@pytest.mark.parametrize("name", QUERIES)
def test_each_field_is_in_some_line(name: str, lines: list[dict[str, Any]]) -> None:
    logged = {key for line in lines for key in line} | {"status"}  # `status` is in the lines of the API

    assert asked_for(QUERIES[name])
    assert asked_for(QUERIES[name]) <= logged


def test_the_fields_of_a_query_are_found_in_it() -> None:
    query = 'fields @timestamp, post, ends.0.1\n| filter message in ["a", "b c"]\n| stats count(*) as n by code'

    assert asked_for(query) == {"post", "ends", "message", "code"}
    assert list(said(query)) == ["a", "b c"]


def test_messages_that_are_filtered_for_are_logged(lines: list[dict[str, Any]]) -> None:
    messages = {line["message"] for line in lines}
    wanted = {message for query in QUERIES.values() for message in said(query)}
    outcomes = {"published", "failed", "unknown", "transient", "rate_limited", "in_doubt", "not_landed", "unanswered"}

    assert {"tick", "dead letters", "transient", "published"} <= messages
    assert wanted <= messages | outcomes
