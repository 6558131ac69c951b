"""No statement of the publisher, the queue or the posts reads many rows, whenever Postgres collected its statistics.

`make test` tries each moment in one version of Postgres, and one moment in the other.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest

from local.shared_memory import shared_memory
from minutehand.runtime.sql import Query
from tests.support import postgres
from tests.support.plan_costs import FEATURES, MOMENTS, Samples, cost, database, excesses
from tests.support.sweeps import is_complete

POSTS = 12_000
"""Enough posts for a plan that reads all publications to exceed every limit."""
VERSIONS = [16, 18]
CASES = [
    (version, moment)
    for version in VERSIONS
    for moment in MOMENTS
    if version == 18 or moment == "burst" or is_complete()
]

JOINED: LiteralString = """
    SELECT before.remote_id
    FROM publications AS leased
    LEFT JOIN publications AS before
      ON leased.part > 1
     AND before.post_id = leased.post_id
     AND before.platform = leased.platform
     AND before.connection_id IS NOT DISTINCT FROM leased.connection_id
     AND before.part = leased.part - 1
     AND before.state = 'published'
    WHERE leased.id = ANY(%(ids)s)
"""
"""The former query with which the statement lease read the previous part of a thread."""


@pytest.fixture(scope="module")
def server(request: pytest.FixtureRequest) -> Iterator[str]:
    with (
        tempfile.TemporaryDirectory(prefix="minutehand-", dir=shared_memory()) as folder,
        postgres.embedded_server(Path(folder) / "postgres", request.param) as url,
        postgres.template(url),
    ):
        yield url


@pytest.fixture(scope="module")
def connection(server: str, request: pytest.FixtureRequest) -> Iterator[psycopg.Connection[Any]]:
    with database(server, request.param, POSTS) as connection:
        yield connection


@pytest.mark.sweep
@pytest.mark.parametrize("feature", FEATURES)
@pytest.mark.parametrize(("server", "connection"), CASES, indirect=True, scope="module")
def test_statement_reads_few_rows_with_statistics_of_any_moment(
    connection: psycopg.Connection[Any], feature: str
) -> None:
    assert excesses(connection, feature) == {}


@pytest.mark.parametrize(
    ("server", "connection"), [(version, "burst") for version in VERSIONS], indirect=True, scope="module"
)
def test_plan_that_depends_on_the_moment_is_noticed(connection: psycopg.Connection[Any]) -> None:
    read = cost(connection, Query("joined", JOINED), Samples(connection).parameters("joined"), generic=False)

    assert read.rows > POSTS / 4
